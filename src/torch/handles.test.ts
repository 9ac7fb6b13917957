import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addon } from './addon.ts';
import {
  callOperator,
  cat,
  clearGradients,
  DisposedTensorError,
  Generator,
  grad,
  own,
  type Tensor,
  tensor,
} from './index.ts';

/** Functions of the addon that take a tensor's handle first. */
const readers = ['toBytes', 'shape', 'strides', 'dtype', 'device', 'memoryFormat', 'describe', 'item'] as const;
const flags = ['gradient', 'requiresGrad', 'isLeaf'] as const;
type Loose = Record<string, (...args: unknown[]) => unknown>;
const loose = addon as unknown as Loose;
const add = addon.findOperator('aten::add', 'Tensor');

/** The addon's own errors: a TypeError, or its `ERR_PATCHWORK_DISPOSED`; never LibTorch's. */
function isRefusal(error: unknown): boolean {
  return error instanceof TypeError || (error as { code?: string }).code === 'ERR_PATCHWORK_DISPOSED';
}

function refused(body: () => unknown): boolean {
  try {
    body();
    return false;
  } catch (error) {
    return isRefusal(error);
  }
}

const anything = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeNat(),
  fc.nat(2000),
  fc.string(),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(null, undefined, Number.NaN, Infinity, -1, 2 ** 53, 2 ** 51, 2 ** 52, Symbol('s')),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.object(),
);

describe('the addon', () => {
  it('refuses whatever is not a live handle, in every function that takes a tensor', () => {
    fc.assert(
      fc.property(anything, (value) => {
        for (const name of [...readers, ...flags])
          expect([name, refused(() => loose[name]!(value))]).toEqual([name, true]);
        const one = addon.fromBytes(Float32Array.of(1), 'float32', [1]);
        expect(refused(() => loose.call!(add, one, value))).toBe(true);
        expect(refused(() => loose.call!(add, value, one))).toBe(true);
        expect(refused(() => loose.backward!([value], null, false, false))).toBe(true);
        expect(refused(() => loose.grad!([one], [value], null, false, false, false))).toBe(true);
        expect(refused(() => loose.setRequiresGrad!(value, true))).toBe(true);
        expect(refused(() => loose.clearGradients!([value]))).toBe(true);
        expect(refused(() => loose.generatorState!(value))).toBe(true);
        expect(refused(() => loose.setOwned!(value))).toBe(true);
        addon.release(one);
      }),
    );
  });

  it('takes a generator for no tensor and a tensor for no generator', () => {
    const generator = new Generator(1);
    const made = tensor([1]);
    for (const name of readers) expect(() => loose[name]!(generator.handle)).toThrow(TypeError);
    expect(() => addon.call(add, made.handle, generator.handle)).toThrow('expected a tensor, got something else');
    expect(() => addon.generatorState(made.handle)).toThrow(TypeError);
    expect(() => addon.seedGenerator(made.handle, 1)).toThrow('expected a generator, got something else');
    expect(() => addon.setGeneratorState(generator.handle, generator.handle)).toThrow(TypeError);
    const normal = addon.findOperator('aten::normal_', '');
    expect(() => addon.call(normal, made.handle, 0, 1, made.handle)).toThrow(TypeError);
    expect(made.item()).toBe(1);
  });

  it('knows a freed handle from the tensor that took its place', () => {
    const handles = Array.from({ length: 50 }, (_, i) => addon.fromBytes(Float32Array.of(i), 'float32', [1]));
    for (const handle of handles) addon.release(handle);
    const fresh = Array.from({ length: 50 }, (_, i) => addon.fromBytes(Float32Array.of(100 + i), 'float32', [1]));
    for (const handle of handles) {
      expect(addon.isLive(handle)).toBe(false);
      expect(refused(() => addon.item(handle))).toBe(true);
      addon.release(handle); // a second time: it must not free the newcomer
    }
    expect(fresh.map((handle) => addon.item(handle))).toEqual(Array.from({ length: 50 }, (_, i) => 100 + i));
    for (const handle of fresh) addon.release(handle);
  });

  it('refuses operator numbers it never gave', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(Number.NaN, -1, 0.5, 2 ** 32, 2 ** 32 + add, Infinity), fc.integer({ min: 1e6 })),
        (index) => {
          expect(() => addon.call(index, 1)).toThrow(TypeError);
          expect(() => addon.operatorSchema(index)).toThrow(TypeError);
        },
      ),
    );
  });

  it.each<[string, () => unknown]>([
    ['too many arguments', () => addon.call(add, ...new Array(100).fill(1))],
    ['no arguments', () => loose.call!()],
    ['a dtype that is none', () => addon.fromBytes(Float32Array.of(1), 'float31', [1])],
    ['an array where a typed array belongs', () => loose.fromBytes!([1], 'float32', [1])],
    ['a shape that is no array', () => loose.fromBytes!(Float32Array.of(1), 'float32', 1)],
    ['a fraction in a shape', () => addon.fromBytes(Float32Array.of(1), 'float32', [0.5])],
    ['an endless side in a shape', () => addon.fromBytes(Float32Array.of(1), 'float32', [Infinity])],
    ['a fractional seed', () => new Generator(0.5)],
    ['no threads', () => addon.setThreads(0)],
    ['a fraction of a thread', () => addon.setThreads(1.5)],
    ['more threads than a number of 32 bits holds', () => addon.setThreads(2 ** 32 + 1)],
  ])('refuses %s with a TypeError', (_, body) => {
    expect(body).toThrow(TypeError);
  });

  it.each<[string, readonly number[]]>([
    ['a negative shape', [-1]],
    ['a shape beyond memory', [2 ** 40, 2 ** 40]],
    ['a shape of another size', [3]],
  ])('refuses %s', (_, shape) => {
    expect(() => addon.fromBytes(Float32Array.of(1), 'float32', shape)).toThrow();
  });

  it('ends no scope and no mode that was not begun', () => {
    expect(() => addon.leaveScope([])).toThrow('no scope is open');
    expect(() => addon.leaveInference()).toThrow('inference mode is not on');
    expect(() => addon.leaveAutocast()).toThrow('autocast is not on');
  });
});

describe('what a message to another thread makes of a tensor', () => {
  it('is no tensor there, although its number may be that of one', () => {
    const received = structuredClone(tensor([1, 2, 3])) as Tensor;
    const zeros = tensor([0, 0, 0]);
    const uses: (() => unknown)[] = [
      () => callOperator('aten::add.Tensor', zeros, received),
      () => callOperator('aten::add.Tensor', zeros, { handle: zeros.handle }),
      () => zeros.add(received),
      () => cat([zeros, received]),
      () => own(received),
      () => clearGradients([received]),
      () => grad([zeros], [received]),
      () => zeros.backward({ gradient: received }),
      () => zeros.normal_({ generator: structuredClone(new Generator(1)) }),
    ];
    for (const use of uses) expect(use).toThrow(TypeError);
    const sentence = /other: expected a tensor, got an object that was a tensor in another thread: send its data\(\)/;
    expect(uses[0]).toThrow(sentence);
    expect(uses[2]).toThrow('add: no form of it takes (Tensor(float32[3] cpu), an object that was a tensor in another');
  });

  it('is no tensor when a worker posts one, whatever its number', async () => {
    const worker = new Worker(
      `const tsx = ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
       import(tsx).then((api) => { api.register(); return import(${JSON.stringify(import.meta.resolve('./index.ts'))}); })
         .then((torch) => {
           const kept = torch.tensor([1, 2, 3]);
           require('worker_threads').parentPort.postMessage([kept, kept.handle]);
         });`,
      { eval: true, execArgv: [] },
    );
    const [received, handle] = await new Promise<[Tensor, number]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const zeros = tensor([0, 0, 0]);
    for (const given of [received, handle, { handle, madeBy: 'tensor' }])
      expect(() => callOperator('aten::add.Tensor', zeros, given)).toThrow(/other: expected a tensor, got/);
    // The addon's own word, should a number reach it: the table of this thread has no such generation.
    expect(refused(() => addon.item(handle))).toBe(true);
    await worker.terminate();
  });
});

describe('numbers', () => {
  it('are no tensors, not even the number of one', () => {
    const one = tensor([1]);
    expect(() => callOperator('aten::add.Tensor', one, one.handle)).toThrow(
      `add.Tensor: other: expected a tensor, got the number ${one.handle}`,
    );
    expect(() => callOperator('aten::cat', [one, one.handle])).toThrow(
      'cat: tensors: expected a tensor, got the number',
    );
    expect(() => one.normal_({ generator: new Generator(1).handle as unknown as Generator })).toThrow(
      'generator: expected a generator, got the number',
    );
    expect(one.item()).toBe(1);
  });
});

describe('a tensor after dispose', () => {
  it('throws a DisposedTensorError naming its maker from every property and method', () => {
    const freed = tensor([[1]]).exp();
    freed.dispose();
    freed.dispose();
    const uses: ((x: Tensor) => unknown)[] = [
      (x) => x.shape,
      (x) => x.strides,
      (x) => x.dtype,
      (x) => x.device,
      (x) => x.memoryFormat,
      (x) => x.size,
      (x) => x.requiresGrad,
      (x) => x.isLeaf,
      (x) => x.grad,
      (x) => x.item(),
      (x) => x.data(),
      (x) => x.bytes(),
      (x) => x.backward(),
      (x) => x.add(1),
    ];
    for (const use of uses) {
      expect(() => use(freed)).toThrow(DisposedTensorError);
      expect(() => use(freed)).toThrow('It was made by exp.');
    }
    expect(freed.isDisposed).toBe(true);
  });

  it('is named where it is given as a gradient', () => {
    const freed = tensor([1]).exp();
    freed.dispose();
    const leaf = tensor([1], { requiresGrad: true });
    expect(() => leaf.mul(2).backward({ gradient: freed })).toThrow('It was made by exp.');
    expect(() => {
      leaf.grad = freed;
    }).toThrow('It was made by exp.');
  });

  it('cannot be owned', () => {
    const freed = tensor([1]).exp();
    freed.dispose();
    expect(() => own(freed)).toThrow(DisposedTensorError);
    expect(() => own(freed)).toThrow('own: a tensor was used after it was freed. It was made by exp.');
  });

  it('is what `using` leaves behind', () => {
    let seen: Tensor;
    {
      using inside = tensor([1]);
      seen = inside;
      expect(seen.isDisposed).toBe(false);
    }
    expect(seen.isDisposed).toBe(true);
  });
});
