import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../../tests/support/gradcheck.ts';
import {
  applyPlan,
  cutmix,
  cutout,
  entryOf,
  featureCutmix,
  type Granularity,
  type Mixer,
  type MixPlan,
  manifoldMixup,
  mixLabels,
  mixSoftLabels,
  mixup,
  sampleMix,
} from '../../mix/index.ts';
import { crossEntropy, type MixedTargets } from '../../nn/index.ts';
import { stream } from '../../random/index.ts';
import { autocast, type DType, memory, scope, type Tensor, tensor } from '../../torch/index.ts';
import { mixImages, mixMap, mixTargets } from './mix-batch.ts';

const granularities = fc.constantFrom('batch' as const, 'sample' as const);
const memoryFormats = fc.constantFrom('contiguous_format' as const, 'channels_last' as const);
const mixerKinds = fc.constantFrom<(options: { granularity: Granularity; probability: number }) => Mixer>(
  cutmix,
  mixup,
  cutout,
);
const cases = fc.record({
  mixer: mixerKinds,
  batch: fc.integer({ min: 1, max: 7 }),
  channels: fc.integer({ min: 1, max: 4 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 11 }),
  granularity: granularities,
  probability: fc.constantFrom(0.5, 1),
  memoryFormat: memoryFormats,
  seed: fc.nat(),
});

function expectClose(actual: ArrayLike<number | bigint>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(Number(actual[i]) - value));
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}

/** The rule, one pixel after the other, for maps [N, C, H, W]. */
function mixSlowly(data: ArrayLike<number>, [batch, channels, height, width]: Shape, plan: MixPlan): number[] {
  const out = Array.from(data);
  for (let n = 0; n < batch; n++) {
    const [x1, y1, x2, y2] = entryOf(plan.boxes, n);
    const lambda = entryOf(plan.lambda, n);
    for (let c = 0; c < channels; c++)
      for (let y = y1; y < y2; y++)
        for (let x = x1; x < x2; x++) {
          const at = (sample: number) => ((sample * channels + c) * height + y) * width + x;
          const partner = data[at(plan.permutation[n]!)]!;
          const mixed = { paste: partner, erase: 0, blend: lambda * data[at(n)]! + (1 - lambda) * partner };
          out[at(n)] = mixed[plan.how];
        }
  }
  return out;
}

type Shape = readonly [number, number, number, number];

function normals(shape: Shape, seed: number): Float32Array {
  const random = stream(seed, 'values');
  return Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, () => random.normal());
}

describe('mixing images on tensors', () => {
  it('equals mixing typed arrays, exactly where nothing is blended, in both memory formats', () => {
    fc.assert(
      fc.property(cases, ({ mixer, batch, channels, height, width, granularity, probability, memoryFormat, seed }) => {
        const shape = [batch, channels, height, width] as const;
        const data = normals(shape, seed);
        const plan = mixer({ granularity, probability }).sample({ batch, height, width }, stream(seed));
        if (!plan) return;
        const mixed = scope(() => {
          const images = tensor(data.slice(), { shape }).to({ memoryFormat });
          const made = mixImages(images, plan);
          // A blend is a new tensor, and the images stay what they were.
          if (plan.how === 'blend') expect(images.data()).toEqual(data);
          else expect(made).toBe(images);
          return made.data();
        });
        const expected = applyPlan({ data, shape, layout: 'NCHW' }, plan).data;
        expectClose(mixed, expected, plan.how === 'blend' ? 1e-6 : 0);
        expectClose(mixed, mixSlowly(data, shape, plan), 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for large images, whose boxes are mixed one by one', () => {
    const shape = [3, 2, 65, 70] as const;
    const data = normals(shape, 1);
    for (const memoryFormat of ['contiguous_format', 'channels_last'] as const)
      for (const mixer of [cutmix({ probability: 1, granularity: 'sample' }), cutout()]) {
        const plan = mixer.sample({ batch: 3, height: 65, width: 70 }, stream(5))!;
        const mixed = scope(() => mixImages(tensor(data, { shape }).to({ memoryFormat }), plan).data());
        expect(mixed).toEqual(applyPlan({ data, shape, layout: 'NCHW' }, plan).data);
      }
  });

  it('applies plans of the image in turn, and leaves those of hidden maps to the network', () => {
    const shape = [4, 2, 8, 6] as const;
    const data = normals(shape, 2);
    const grid = { height: 8, width: 6 };
    const plans = sampleMix([cutout(), mixup()], { batch: 4, ...grid }, stream(3));
    const hidden = featureCutmix({ probability: 1, stages: 1 }).sample(
      { batch: 4, ...grid, stages: [grid, grid] },
      stream(3),
    )!;
    const mixed = scope(() => mixImages(tensor(data, { shape }), [...plans, hidden]).data());
    expectClose(mixed, applyPlan({ data, shape, layout: 'NCHW' }, plans).data, 1e-6);
  });

  it('keeps the memory format', () => {
    scope(() => {
      const images = tensor(normals([3, 4, 5, 6], 1), { shape: [3, 4, 5, 6] }).to({ memoryFormat: 'channels_last' });
      for (const mixer of [
        cutmix({ probability: 1 }),
        mixup(),
        mixup({ granularity: 'sample' }),
        cutmix({ probability: 1, granularity: 'sample' }),
      ]) {
        const plan = mixer.sample({ batch: 3, height: 5, width: 6 }, stream(1))!;
        expect(mixImages(images, plan).memoryFormat).toBe('channels_last');
        expect(mixMap(images, plan).memoryFormat).toBe('channels_last');
      }
    });
  });

  it('frees what it made on the way', () => {
    const images = tensor(new Float32Array(4 * 3 * 8 * 8), { shape: [4, 3, 8, 8] });
    const before = memory().tensors;
    for (const granularity of ['batch', 'sample'] as const) {
      const plan = cutmix({ probability: 1, granularity }).sample({ batch: 4, height: 8, width: 8 }, stream(1))!;
      scope(() => {
        mixImages(images, plan);
      });
      expect(memory().tensors).toBe(before);
    }
  });

  it('refuses a plan of another batch', () => {
    const images = tensor(new Float32Array(4 * 8 * 8), { shape: [4, 1, 8, 8] });
    const planOf = (batch: number, height: number) =>
      cutmix({ probability: 1 }).sample({ batch, height, width: 8 }, stream(1))!;
    expect(() => mixImages(images, planOf(5, 8))).toThrow('expected a permutation of 4 samples, got 5');
    expect(() => mixImages(images, planOf(4, 9))).toThrow('expected a grid of 8x8 as in the batch, got 9x8');
  });
});

describe('mixing hidden maps', () => {
  const shape = [3, 2, 4, 5] as const;
  const stages = [
    { height: 8, width: 10 },
    { height: 4, width: 5 },
  ];
  const planOf = (mixer: Mixer, seed = 1) => mixer.sample({ batch: 3, height: 8, width: 10, stages }, stream(seed))!;
  const mixers: [string, Mixer][] = (['batch', 'sample'] as const).flatMap((granularity) => [
    [`paste, a draw a ${granularity}`, featureCutmix({ probability: 1, stages: 1, alpha: 4, granularity })],
    [`blend, a draw a ${granularity}`, manifoldMixup({ stages: 1, granularity })],
  ]);
  /** Not a method, but a plan that a file may hold: erasing a hidden map. */
  const erasing = (plan: MixPlan): MixPlan => ({ ...plan, how: 'erase', labelWeight: [1] });
  const plans: [string, MixPlan][] = [
    ...mixers.map(([name, mixer]): [string, MixPlan] => [name, planOf(mixer)]),
    ['erase, one box', erasing(planOf(mixers[0]![1]))],
    ['erase, a box a sample', erasing(planOf(mixers[2]![1]))],
  ];

  it.each(plans)('%s: equals the plain loop and leaves the map as it was', (_, plan) => {
    const data = normals(shape, 4);
    scope(() => {
      const map = tensor(data, { shape });
      expectClose(mixMap(map, plan).data(), mixSlowly(data, shape, plan), 1e-6);
      expect(map.data()).toEqual(data);
    });
  });

  it.each(plans)('%s: its gradient is that of central differences, in float64', (_, plan) => {
    expect(gradcheck((map) => mixMap(map!, plan).square(), [leafOf(shape)])).toBeLessThan(1e-7);
  });

  it.each(plans)('%s: works in bfloat16', (_, plan) => {
    const data = normals(shape, 6);
    scope(() => {
      const map = tensor(data, { shape }).to({ dtype: 'bfloat16' });
      map.requiresGrad = true;
      // As in training: inside autocast.
      const mixed = autocast(() => mixMap(map, plan));
      expect(mixed.dtype).toBe('bfloat16');
      expectClose(mixed.to({ dtype: 'float32' }).data(), mixSlowly(data, shape, plan), 0.03);
      mixed.sum().backward();
      expect(map.grad!.dtype).toBe('bfloat16');
    });
  });

  it('lets the gradient of a pasted pixel flow to the partner alone', () => {
    const plan: MixPlan = {
      ...planOf(mixers[0]![1]),
      permutation: [1, 2, 0],
      boxes: [[1, 2, 2, 3]],
    };
    scope(() => {
      const map = tensor(normals(shape, 7), { shape, requiresGrad: true });
      mixMap(map, plan).select(0, 0).select(1, 2).select(1, 1).sum().backward();
      const expected = new Float32Array(3 * 2 * 4 * 5);
      // Sample 1, both channels, row 2, column 1.
      for (const channel of [0, 1]) expected[((1 * 2 + channel) * 4 + 2) * 5 + 1] = 1;
      expect(map.grad!.data()).toEqual(expected);
    });
  });

  it('refuses the plan of another stage', () => {
    const plan = planOf(featureCutmix({ probability: 1, stages: 0 }));
    scope(() => {
      const map = tensor(normals(shape, 8), { shape });
      expect(() => mixMap(map, plan)).toThrow('expected a grid of 4x5 as in the batch, got 8x10');
    });
  });
});

describe('mixing targets', () => {
  const labels = Int32Array.of(3, 0, 2);
  const given = tensor(labels, { dtype: 'int64' });

  it('refuses a damaged plan as mixLabels does', () => {
    const plan = cutmix({ probability: 1 }).sample({ batch: 2, height: 4, width: 4 }, stream(0))!;
    const labels = tensor([0, 1], { dtype: 'int64' });
    for (const change of [{ labelWeight: [7] }, { labelWeight: [Number.NaN] }, { permutation: [99, -1] }]) {
      expect(() => mixTargets(labels, { ...plan, ...change })).toThrow('mix plan: expected');
    }
  });

  it('keeps both labels and the weight of the first, as mixLabels has them', () => {
    const plan = cutmix({ probability: 1, granularity: 'sample' }).sample(
      { batch: 3, height: 8, width: 8 },
      stream(7),
    )!;
    const { a, b, lambda } = mixTargets(given, plan) as MixedTargets;
    const expected = mixLabels(labels, plan);
    expect([a, b].map((tensor) => Array.from(tensor.data() as BigInt64Array, Number))).toEqual([
      [...expected.a],
      [...expected.b],
    ]);
    expect(lambda.data()).toEqual(expected.lambda);
  });

  const softCases = fc.record({
    batch: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 2, max: 5 }),
    mixer: fc.constantFrom(cutmix, mixup),
    granularity: granularities,
    label: fc.constantFrom('area' as const, 'one-hot' as const, 'half' as const),
    seed: fc.nat(),
  });

  /** Distributions over the classes, [batch, classes]. */
  function distributions(batch: number, classes: number, seed: number): Float32Array {
    const random = stream(seed, 'distributions');
    const rows = Array.from({ length: batch }, () => Array.from({ length: classes }, () => random.gamma(1)));
    return Float32Array.from(rows.flatMap((row) => row.map((value) => value / row.reduce((sum, x) => sum + x))));
  }

  it('mixes soft labels as mixSoftLabels does, so that cross-entropy is that of both, weighted', () => {
    fc.assert(
      fc.property(softCases, ({ batch, classes, mixer, granularity, label, seed }) => {
        const options = mixer === cutmix ? { probability: 1, granularity, label } : { granularity };
        const plan = mixer(options).sample({ batch, height: 8, width: 6 }, stream(seed))!;
        const rows = distributions(batch, classes, seed);
        scope(() => {
          const soft = tensor(rows, { shape: [batch, classes] });
          const mixed = mixTargets(soft, plan) as Tensor;
          expectClose(mixed.data(), mixSoftLabels(rows, classes, plan), 1e-6);
          expect(soft.data()).toEqual(rows);

          const logits = tensor(normals([batch, classes, 1, 1], seed), { shape: [batch, classes] });
          const losses = (targets: Tensor) =>
            Array.from(crossEntropy(logits, targets, { reduction: 'none' }).data(), Number);
          const own = losses(soft);
          const partners = losses(soft.indexSelect(0, tensor(Int32Array.from(plan.permutation))));
          const weight = (n: number) => entryOf(plan.labelWeight, n);
          const expected = own.map((loss, n) => weight(n) * loss + (1 - weight(n)) * partners[n]!);
          expectClose(losses(mixed), expected, 1e-5);
        });
      }),
    );
  });

  it('gives the loss of class indices where they are given as one-hot rows', () => {
    const plan = cutmix({ probability: 1, granularity: 'sample' }).sample(
      { batch: 3, height: 8, width: 8 },
      stream(7),
    )!;
    scope(() => {
      const oneHot = tensor([[0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0]]); // biome-ignore format: a matrix
      const logits = tensor(normals([3, 4, 1, 1], 9), { shape: [3, 4] });
      const options = { labelSmoothing: 0.1 };
      const expected = crossEntropy(logits, mixTargets(given, plan), options).item();
      expect(crossEntropy(logits, mixTargets(oneHot, plan), options).item()).toBeCloseTo(expected, 6);
    });
  });

  it('refuses targets that are neither, or not as many as the plan has samples', () => {
    const plan = mixup().sample({ batch: 3, height: 8, width: 8 }, stream(7))!;
    const zeros = (dtype: DType, ...shape: number[]) =>
      tensor(new Float32Array(shape.reduce((product, side) => product * side)), { dtype, shape });
    expect(() => mixTargets(zeros('float32', 3), plan)).toThrow(
      'targets: expected class indices int64 [N] or floating [N, classes], got float32 [3]',
    );
    expect(() => mixTargets(zeros('int64', 3, 4), null)).toThrow('got int64 [3, 4]');
    expect(() => mixTargets(zeros('float32', 4, 3), plan)).toThrow(
      'targets: expected 3, as many as the mix plan has samples, got 4',
    );
    expect(() => mixTargets(zeros('int64', 2), plan)).toThrow('got 2');
  });

  it('are the given tensor where none are mixed', () => {
    const soft = tensor([[0.5, 0.5]]);
    for (const plans of [null, []]) expect(mixTargets(soft, plans)).toBe(soft);
  });

  it('are the plain labels where none are mixed', () => {
    const erase = cutout().sample({ batch: 3, height: 8, width: 8 }, stream(7));
    for (const plans of [null, [], erase]) {
      expect((mixTargets(given, plans) as Tensor).data()).toEqual(BigInt64Array.of(3n, 0n, 2n));
    }
  });
});
