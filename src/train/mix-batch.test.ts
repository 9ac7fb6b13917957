import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPlan, cutmix, mixLabels } from '../mix/index.ts';
import type { MixedTargets } from '../nn/index.ts';
import { stream } from '../random/index.ts';
import { memory, scope, type Tensor, tensor } from '../torch/index.ts';
import { mixImages_, mixTargets } from './mix-batch.ts';

const cases = fc.record({
  batch: fc.integer({ min: 2, max: 7 }),
  channels: fc.integer({ min: 1, max: 4 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 11 }),
  granularity: fc.constantFrom('batch' as const, 'sample' as const),
  probability: fc.constantFrom(0.5, 1),
  memoryFormat: fc.constantFrom('contiguous_format' as const, 'channels_last' as const),
  seed: fc.nat(),
});

describe('mixing images on tensors', () => {
  it('equals mixing typed arrays bit for bit, in both memory formats', () => {
    fc.assert(
      fc.property(cases, ({ batch, channels, height, width, granularity, probability, memoryFormat, seed }) => {
        const random = stream(seed);
        const shape = [batch, channels, height, width] as const;
        const data = Float32Array.from({ length: batch * channels * height * width }, () => random.normal());
        const plan = cutmix({ granularity, probability }).sample({ batch, height, width }, random);
        if (!plan) return;
        const mixed = scope(() => {
          const images = tensor(data.slice(), { shape }).to({ memoryFormat });
          expect(mixImages_(images, plan)).toBe(images);
          return images.data();
        });
        expect(mixed).toEqual(applyPlan({ data, shape, layout: 'NCHW' }, plan).data);
      }),
      { numRuns: 200 },
    );
  });

  it('frees what it made on the way', () => {
    const images = tensor(new Float32Array(4 * 3 * 8 * 8), { shape: [4, 3, 8, 8] });
    const before = memory().tensors;
    for (const granularity of ['batch', 'sample'] as const) {
      const plan = cutmix({ granularity }).sample({ batch: 4, height: 8, width: 8 }, stream(1))!;
      scope(() => {
        mixImages_(images, plan);
      });
      expect(memory().tensors).toBe(before);
    }
  });

  it('refuses a plan of another batch', () => {
    const images = tensor(new Float32Array(4 * 8 * 8), { shape: [4, 1, 8, 8] });
    const planOf = (batch: number, height: number) => cutmix().sample({ batch, height, width: 8 }, stream(1))!;
    expect(() => mixImages_(images, planOf(5, 8))).toThrow('expected a permutation of 4 samples, got 5');
    expect(() => mixImages_(images, planOf(4, 9))).toThrow('expected a grid of 8x8 as in the batch, got 9x8');
  });
});

describe('mixing targets', () => {
  const labels = Int32Array.of(3, 0, 2);

  it('keeps both labels and the weight of the first, as mixLabels has them', () => {
    const plan = cutmix({ granularity: 'sample' }).sample({ batch: 3, height: 8, width: 8 }, stream(7))!;
    const { a, b, lambda } = mixTargets(labels, plan) as MixedTargets;
    const expected = mixLabels(labels, plan);
    expect([a, b].map((tensor) => Array.from(tensor.data() as BigInt64Array, Number))).toEqual([
      [...expected.a],
      [...expected.b],
    ]);
    expect(lambda.data()).toEqual(expected.lambda);
  });

  it('are the plain labels where nothing is mixed', () => {
    expect((mixTargets(labels, null) as Tensor).data()).toEqual(BigInt64Array.of(3n, 0n, 2n));
  });
});
