import { describe, expect, it } from 'vitest';
import { addon } from './addon.ts';
import { Generator, memory, own, scope, Tensor, tensor, tensorsIn, zeros } from './index.ts';

const live = () => memory().tensors;

describe('scope', () => {
  it('frees what was made inside and keeps what is returned', () => {
    const before = live();
    let inside: Tensor | undefined;
    const kept = scope(() => {
      inside = tensor([1, 2]);
      return inside.add(1).mul(2);
    });
    expect(inside!.isDisposed).toBe(true);
    expect(Array.from(kept.data(), Number)).toEqual([4, 6]);
    expect(live()).toBe(before + 1);
    kept.dispose();
    expect(live()).toBe(before);
  });

  it('keeps tensors anywhere in arrays, objects, maps and sets', () => {
    const before = live();
    const make = (value: number) => tensor([value]);
    const result = scope(() => {
      make(0);
      return {
        a: make(1),
        list: [make(2), { deep: make(3) }],
        map: new Map([['k', make(4)]]),
        set: new Set([make(5)]),
        n: 1,
      };
    });
    expect(tensorsIn(result).map((x) => x.item())).toEqual([1, 2, 3, 4, 5]);
    expect(live()).toBe(before + 5);
    for (const x of tensorsIn(result)) x.dispose();
  });

  it('keeps a tensor once, however often it is returned, also in an object that holds itself', () => {
    const made = scope(() => {
      const result: { self?: unknown; twice: Tensor[] } = { twice: [] };
      result.self = result;
      const one = tensor([1]);
      result.twice = [one, one];
      return result;
    });
    expect(tensorsIn(made)).toEqual([made.twice[0]]);
    expect(made.twice[1]!.item()).toBe(1);
    made.twice[0]!.dispose();
  });

  it('nests: what an inner scope returns belongs to the outer one', () => {
    const before = live();
    let middle: Tensor | undefined;
    const sum = scope(() => {
      middle = scope(() => tensor([1]).add(1));
      expect(live()).toBe(before + 1);
      return scope(() => middle!.mul(10));
    });
    expect(middle!.isDisposed).toBe(true);
    expect(sum.item()).toBe(20);
    expect(live()).toBe(before + 1);
    sum.dispose();
  });

  it('frees everything after an exception, of every scope that it leaves', () => {
    const before = live();
    const failing = () =>
      scope(() => {
        tensor([1]);
        scope(() => {
          tensor([2]);
          throw new RangeError('mine');
        });
      });
    expect(failing).toThrow(new RangeError('mine'));
    expect([live(), addon.scopeDepth()]).toEqual([before, 0]);
  });

  it('is not left open or confused by an operator that fails', () => {
    const before = live();
    expect(() => scope(() => zeros([2, 3]).mm(zeros([2, 3])))).toThrow('mm: ');
    expect([live(), addon.scopeDepth()]).toEqual([before, 0]);
  });

  it('refuses an async function, frees what it made, and hides its failure', () => {
    const before = live();
    const asynchronous = () =>
      scope(async () => {
        tensor([1]);
        throw new Error('unseen');
      });
    expect(asynchronous).toThrow('scope: the function is async');
    expect([live(), addon.scopeDepth()]).toEqual([before, 0]);
  });

  it('never frees what is owned, nor generators', () => {
    const before = live();
    const [parameter, generator] = scope(() => {
      const parameter = own(tensor([3]));
      return [() => parameter, new Generator(1)] as const;
    });
    expect(parameter().item()).toBe(3);
    expect(generator.state().length).toBeGreaterThan(0);
    expect(live()).toBe(before + 1);
    parameter().dispose();
  });

  it('leaves alone what was made outside, also when it is returned or disposed inside', () => {
    const outside = tensor([1]);
    const other = tensor([2]);
    const result = scope(() => {
      other.dispose();
      return outside;
    });
    expect(result).toBe(outside);
    expect(outside.item()).toBe(1);
    expect(other.isDisposed).toBe(true);
    outside.dispose();
  });

  it('frees the graph with the tensors, and the gradients of leaves stay', () => {
    const before = live();
    const leaf = tensor([2], { requiresGrad: true });
    scope(() => leaf.pow(3).sum().backward());
    expect(live()).toBe(before + 1);
    expect(leaf.grad!.item()).toBe(12);
    leaf.dispose();
  });

  it('comes back to where it was after a thousand rounds', () => {
    const before = memory();
    for (let round = 0; round < 1000; round++) scope(() => zeros([100]).add(1).mul(2).sum().item());
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
  });
});

describe('a scope whose result only looks like a tensor', () => {
  it.each<[string, () => unknown]>([
    ['made from the prototype', () => Object.create(Tensor.prototype)],
    ['a proxy', () => new Proxy(tensor([1]), {})],
  ])('%s ends with an error, and is left', (_, body) => {
    const before = live();
    expect(() => scope(body)).toThrow(TypeError);
    expect(addon.scopeDepth()).toBe(0);
    expect(live()).toBe(before);
  });
});
