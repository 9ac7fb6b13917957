import { describe, expect, it } from 'vitest';
import { addon } from './addon.ts';
import {
  autocast,
  conv2d,
  enableGrad,
  Generator,
  inferenceMode,
  matmul,
  noGrad,
  scope,
  type Tensor,
  TorchError,
  tensor,
  threads,
  version,
  zeros,
} from './index.ts';

const leaf = (...values: number[]) => tensor(values, { requiresGrad: true });
const records = () => leaf(1).mul(2).requiresGrad;

describe('modes', () => {
  it('stop and start recording, one inside the other', () => {
    expect(records()).toBe(true);
    noGrad(() => {
      expect(records()).toBe(false);
      enableGrad(() => expect(records()).toBe(true));
      expect(records()).toBe(false);
    });
    expect(records()).toBe(true);
  });

  it.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
    ['inferenceMode', inferenceMode],
    ['autocast', autocast],
  ] as const)('%s gives the result through, ends after an exception, and refuses async functions', (name, mode) => {
    expect(mode(() => 7)).toBe(7);
    const fail = () => {
      throw new RangeError('mine');
    };
    expect(() => mode(() => mode(fail))).toThrow(new RangeError('mine'));
    expect(() => mode(async () => fail())).toThrow(`${name}: the function is async`);
    expect(records()).toBe(true);
    expect(matmul(zeros([2, 2]), zeros([2, 2])).dtype).toBe('float32');
  });

  it('of inference make tensors that can never take part in gradients', () => {
    const x = leaf(1, 2);
    const made = inferenceMode(() => x.mul(2));
    expect([...made.data('float32')]).toEqual([2, 4]);
    expect(() => x.mul(made).sum().backward()).toThrow('Inference tensors cannot be saved for backward');
  });
});

describe('autocast', () => {
  const images = tensor([[[[1, 2], [3, 4]]]]); // biome-ignore format: an image
  const weight = () => tensor([[[[0.5]]]], { requiresGrad: true });
  const typeOf = () => conv2d(images, weight()).dtype;

  it('runs convolutions and matrix products in bfloat16 and sums of them in what they come in', () => {
    autocast(() => {
      expect(conv2d(images, weight()).dtype).toBe('bfloat16');
      expect(matmul(zeros([2, 2]), zeros([2, 2])).dtype).toBe('bfloat16');
      expect(images.add(images).dtype).toBe('float32');
    });
    expect(conv2d(images, weight()).dtype).toBe('float32');
  });

  it('nests: the outermost region ends it', () => {
    autocast(() => {
      autocast(() => {});
      expect(conv2d(images, weight()).dtype).toBe('bfloat16');
    });
    expect(conv2d(images, weight()).dtype).toBe('float32');
  });

  it('is switched off inside another region, and on again in that, as in PyTorch', () => {
    const off = () => autocast(() => [typeOf(), autocast(typeOf), typeOf()], { enabled: false });
    const types = autocast(() => [typeOf(), ...off(), typeOf()]);
    expect(types).toEqual(['bfloat16', 'float32', 'bfloat16', 'float32', 'bfloat16']);
    expect(typeOf()).toBe('float32');
  });

  it('is as it was outside after an exception, on or off', () => {
    const fail = () => {
      throw new RangeError('mine');
    };
    const failing = (outside: string) => {
      for (const enabled of [true, false]) expect(() => autocast(fail, { enabled })).toThrow('mine');
      expect(typeOf()).toBe(outside);
    };
    autocast(() => failing('bfloat16'));
    autocast(() => failing('float32'), { enabled: false });
    expect(typeOf()).toBe('float32');
  });

  it.skipIf(version().startsWith('1.'))('has a dtype of its own in each region (LibTorch 2)', () => {
    const w = weight();
    const made = () => conv2d(images, w).dtype;
    const types = autocast(() => [made(), autocast(made, { dtype: 'float16' }), made()]);
    expect(types).toEqual(['bfloat16', 'float16', 'bfloat16']);
  });

  it('leaves nothing behind where it is refused: weights are not kept from one region to the next', () => {
    const w = weight();
    const run = () => autocast(() => conv2d(images, w).to({ dtype: 'float32' }).sum().item());
    expect(() => autocast(run, { device: 'gpu' })).toThrow(TorchError);
    expect(() => autocast(run, { device: 'gpu' })).toThrow('autocast: Expected one of cpu');
    const dtype = 'float32' as 'float16';
    expect(() => autocast(run, { dtype })).toThrow('autocast: expected the dtype bfloat16 or float16, got float32');
    if (version().startsWith('1.')) expect(() => autocast(run, { dtype: 'float16' })).toThrow('only support Bfloat16');
    expect(run()).toBe(5);
    noGrad(() => w.fill_(2));
    expect(run()).toBe(20);
  });

  it('is of one kind of device, whatever its number', () => {
    expect(autocast(typeOf, { device: 'cpu:0' })).toBe('bfloat16');
    expect(autocast(() => [typeOf(), autocast(typeOf)], { device: 'cuda:0' })).toEqual(['float32', 'bfloat16']);
    expect(autocast(() => autocast(typeOf, { device: 'cuda:1', enabled: false }))).toBe('bfloat16');
    expect(() => autocast(typeOf, { device: 'meta' })).toThrow('expected a device of the type cpu or cuda, got meta');
    expect(autocast(() => autocast(typeOf, { device: 'meta', enabled: false }))).toBe('bfloat16');
  });

  it('does nothing when it is not enabled', () => {
    expect(autocast(() => conv2d(images, weight()).dtype, { enabled: false })).toBe('float32');
  });

  it('gives float32 gradients to float32 weights', () => {
    const w = weight();
    scope(() =>
      autocast(() => conv2d(images, w))
        .to({ dtype: 'float32' })
        .sum()
        .backward(),
    );
    expect(w.grad!.dtype).toBe('float32');
    expect(w.grad!.item()).toBe(10);
  });

  it('sees weights that changed between two regions', () => {
    const w = weight();
    const run = () => autocast(() => conv2d(images, w).to({ dtype: 'float32' }).sum().item());
    expect(run()).toBe(5);
    noGrad(() => w.fill_(2));
    expect(run()).toBe(20);
  });
});

/** What is on in this thread, as far as what it computes shows it. */
function modesOn() {
  const x = tensor([[1, 2]], { requiresGrad: true });
  const made = x.mul(2);
  return {
    records: made.requiresGrad,
    inference: inferenceOf(made),
    autocast: matmul(zeros([2, 2]), zeros([2, 2])).dtype,
    threads: threads(),
    scopes: addon.scopeDepth(),
  };
}

/** Tensors of inference cannot be saved for gradients. */
function inferenceOf(made: Tensor): boolean {
  try {
    enableGrad(() => tensor([[1, 1]], { requiresGrad: true }).mul(made.detach()));
    return false;
  } catch {
    return true;
  }
}

describe('a switch that is refused', () => {
  const loose = addon as unknown as Record<string, (...args: unknown[]) => unknown>;
  const leafOf = () => tensor([1, 2], { requiresGrad: true });
  const odd = [undefined, null, 'yes', 1, Number.NaN, {}, [], 5n];
  const notStrings = odd.filter((value) => typeof value !== 'string');

  it.each<[string, readonly unknown[][]]>([
    ['setGradEnabled', odd.map((value) => [value])],
    ['enterAutocast', notStrings.map((device) => [device, true, 'bfloat16'])],
    ['enterAutocast', odd.map((enabled) => ['cpu', enabled, 'bfloat16'])],
    ['enterAutocast', notStrings.map((dtype) => ['cpu', true, dtype])],
    ['enterAutocast', ['gpu', 'cpu:x', '', 'meta'].map((device) => [device, true, 'bfloat16'])],
    ['enterAutocast', ['float32', 'int64', 'half', ''].map((dtype) => ['cpu', true, dtype])],
    ['enterAutocast', [[], ['cpu'], ['cpu', true]]],
    ['setThreads', [undefined, null, '2', 0, -1, 1.5, Number.NaN, 1025, 2 ** 32 + 1, Infinity].map((n) => [n])],
    ['leaveScope', [undefined, null, 5, 'all', [{}], ['x'], [-1]].map((kept) => [kept])],
    ['synchronize', notStrings.map((device) => [device])],
  ])('%s leaves every mode as it was, inside others too', (name, calls) => {
    addon.enterScope();
    const check = () => {
      const before = modesOn();
      for (const args of calls) {
        expect([args, () => loose[name]!(...args)][1]).toThrow();
        expect([args, modesOn()]).toEqual([args, before]);
      }
    };
    try {
      check();
      noGrad(() => autocast(check));
      inferenceMode(() => autocast(check, { enabled: false }));
    } finally {
      addon.leaveScope([]);
    }
    expect(modesOn()).toMatchObject({ records: true, inference: false, autocast: 'float32', scopes: 0 });
  });

  it('leaves a tensor and a generator as they were', () => {
    const leaf = leafOf();
    leaf.grad = tensor([3, 4]);
    for (const value of odd) expect(() => loose.setRequiresGrad!(leaf.handle, value)).toThrow(TypeError);
    expect(leaf.requiresGrad).toBe(true);
    for (const value of [undefined, 5, 'x', {}, tensor([1]).handle]) {
      expect(() => loose.setGradient!(leaf.handle, value)).toThrow();
      expect(() => loose.clearGradients!([leaf.handle, value === undefined ? {} : 'x'])).toThrow(TypeError);
      expect([...leaf.grad!.data('float32')]).toEqual([3, 4]);
    }
    const generator = new Generator(1);
    const state = generator.state();
    for (const seed of [0.5, Number.NaN, 2 ** 60, '1']) expect(() => generator.seed(seed as number)).toThrow(TypeError);
    for (const bytes of [new Uint8Array(3), new Uint8Array(state.length).fill(255)])
      expect(() => generator.setState(bytes)).toThrow(TorchError);
    expect(generator.state()).toEqual(state);
  });

  it('keeps no weight: the case of the stale weights', () => {
    const weight = tensor([[1, 2], [3, 4]], { requiresGrad: true }); // biome-ignore format: a matrix
    const unit = tensor([[1, 0], [0, 1]]); // biome-ignore format: a matrix
    const run = () =>
      scope(() => [
        ...autocast(() => unit.matmul(weight))
          .to({ dtype: 'float32' })
          .data(),
      ]);
    expect(run()).toEqual([1, 2, 3, 4]);
    const refused: object[] = [{ device: 'gpu' }, { dtype: 'int8' }, { enabled: 1 }, { device: 5 }, { dtype: {} }];
    if (version().startsWith('1.')) refused.push({ dtype: 'float16' });
    for (const options of refused) expect(() => autocast(() => 1, options)).toThrow();
    expect(run()).toEqual([1, 2, 3, 4]);
    noGrad(() => weight.mul_(10));
    expect(run()).toEqual([10, 20, 30, 40]);
  });
});
