import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../../tests/support/numbers.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { train } from '../../config/index.ts';
import { crossEntropy } from '../../nn/index.ts';
import { Generator, scope, type Tensor, tensor } from '../../torch/index.ts';
import { eachBatch, logitsOf, normalizedPixels, withTrainedNetwork } from '../network.ts';
import { type AttackedNetwork, fgsm, lossGradient, pgd } from './attacks.ts';

const rounding = 2 ** -24;

/** Logits that are sums of the pixels by these weights, [pixels, classes]. */
function linear(weights: number[][]): AttackedNetwork {
  return { logits: (pixels) => pixels.flatten({ startDim: 1 }).matmul(tensor(weights)) };
}

const images = (values: ArrayLike<number>, count = 1) =>
  tensor(Float32Array.from(values), { shape: [count, 1, 1, values.length / count] });
const valuesOf = (result: Tensor) => result.data() as Float32Array;

// The first class grows with the first pixel and falls with the second; the third pixel changes nothing.
const threePixels = linear([
  [1, 0],
  [-1, 0],
  [0, 0],
]);

it('FGSM moves each pixel against its class by epsilon, and one without a gradient not at all', () => {
  const pixels = images([0.5, 0.5, 0.5]);
  const [down, up, same] = valuesOf(fgsm(threePixels, pixels, Int32Array.of(0), { epsilon: 0.25 }));
  expect([down, up, same]).toEqual([0.25, 0.75, 0.5]);
  expect([...valuesOf(fgsm(threePixels, pixels, Int32Array.of(1), { epsilon: 0.25 }))]).toEqual([0.75, 0.25, 0.5]);
  expect([...valuesOf(pixels)]).toEqual([0.5, 0.5, 0.5]);
});

it('FGSM moves by 8/255 unless told otherwise', () => {
  const [down, up] = valuesOf(fgsm(threePixels, images([0.5, 0.5, 0.5]), Int32Array.of(0)));
  expect(down).toBe(Math.fround(0.5 - 8 / 255));
  expect(up).toBe(Math.fround(0.5 + 8 / 255));
});

it('an attack keeps pixels in 0..1', () => {
  const attacked = fgsm(threePixels, images([0.125, 0.875, 0]), Int32Array.of(0), { epsilon: 0.25 });
  expect([...valuesOf(attacked)]).toEqual([0, 1, 0]);
});

it('PGD walks in steps until the ball ends', () => {
  const after = (steps: number) => {
    const options = { epsilon: 0.25, stepSize: 0.125, steps };
    return [...valuesOf(pgd(threePixels, images([0.5, 0.125, 0.5]), Int32Array.of(0), options))];
  };
  expect(after(1)).toEqual([0.375, 0.25, 0.5]);
  expect(after(2)).toEqual([0.25, 0.375, 0.5]);
  expect(after(3)).toEqual([0.25, 0.375, 0.5]);
});

describe('for any images, weights, labels and epsilon', () => {
  const pixel = fc.integer({ min: 0, max: 255 }).map((byte) => Math.fround(byte / 255));
  const batch = fc.record({
    pixels: fc.array(pixel, { minLength: 12, maxLength: 12 }),
    weights: fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
      minLength: 4,
      maxLength: 4,
    }),
    labels: fc.tuple(...Array.from({ length: 3 }, () => fc.nat(1))),
    epsilon: fc.constantFrom(0, 2 / 255, 8 / 255, 0.3, 1),
    seed: fc.nat(1000),
  });

  it('FGSM is x + epsilon * sign(gradient), clamped', () => {
    fc.assert(
      fc.property(batch, ({ pixels, weights, labels, epsilon }) => {
        const [network, x, truth] = [linear(weights), images(pixels, 3), Int32Array.from(labels)];
        const gradient = valuesOf(lossGradient(network, x, truth));
        const attacked = valuesOf(fgsm(network, x, truth, { epsilon }));
        const expected = pixels.map((value, i) => Math.min(Math.max(value + epsilon * Math.sign(gradient[i]!), 0), 1));
        expect(largestDifference(attacked, expected)).toBeLessThanOrEqual(rounding);
      }),
      { numRuns: 50 },
    );
  });

  it('PGD from a random start stays within epsilon and 0..1, and epsilon 0 changes nothing', () => {
    fc.assert(
      fc.property(batch, ({ pixels, weights, labels, epsilon, seed }) => {
        const [network, x, truth] = [linear(weights), images(pixels, 3), Int32Array.from(labels)];
        const run = () => valuesOf(pgd(network, x, truth, { epsilon, steps: 3, randomStart: new Generator(seed) }));
        const attacked = run();
        attacked.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
          expect(Math.abs(value - pixels[i]!)).toBeLessThanOrEqual(epsilon === 0 ? 0 : epsilon + rounding);
        });
        expect(run()).toEqual(attacked);
      }),
      { numRuns: 50 },
    );
  });
});

it('a random start is uniform within epsilon of the image', () => {
  const flat = linear(Array.from({ length: 4000 }, () => [0, 0]));
  const pixels = images(new Float32Array(4000).fill(0.5));
  const attacked = valuesOf(
    pgd(flat, pixels, Int32Array.of(0), { epsilon: 0.25, steps: 1, randomStart: new Generator(1) }),
  );
  const places = Array.from(attacked, (value) => (value - 0.25) / 0.5).sort((a, b) => a - b);
  // Kolmogorov and Smirnov: beyond 1.95 / sqrt(n) once in a thousand draws.
  const largest = Math.max(...places.map((place, i) => Math.abs(place - (i + 0.5) / places.length)));
  expect(largest).toBeLessThan(1.95 / Math.sqrt(places.length));
});

it('what is no share of the range of pixels, and no number of steps, is an error', () => {
  const attack = (options: object) => () => pgd(threePixels, images([0, 0, 0]), Int32Array.of(0), options);
  expect(attack({ epsilon: 8 })).toThrow('attack: expected epsilon in 0..1, the range of pixels, as in 8/255; got 8');
  expect(attack({ epsilon: Number.NaN })).toThrow('got NaN');
  expect(attack({ stepSize: -1 })).toThrow('attack: expected stepSize to be a number of at least 0, got -1');
  expect(attack({ steps: 1.5 })).toThrow('expected steps to be a whole number of at least 1, got 1.5');
});

describe('a network trained on shapes', async () => {
  const run = `${temporaryFolder(afterAll)}/run`;
  await train(smallConfig({ epochs: 3, mix: 'none', data: 'shapes:train=256,test=64,size=16' }), { run });

  it('suffers more from ten steps than from one, more from one than from none, and keeps no gradients', async () => {
    await withTrainedNetwork(run, {}, async (network) => {
      const attacked = { logits: (pixels: Tensor) => logitsOf(network, pixels) };
      await eachBatch(network, network.images, ({ pixels, labels }) => {
        const lossOf = (images: Tensor) =>
          crossEntropy(logitsOf(network, images), tensor(labels, { dtype: 'int64' })).item();
        const [clean, once, tenTimes] = [
          lossOf(pixels),
          lossOf(fgsm(attacked, pixels, labels)),
          lossOf(pgd(attacked, pixels, labels)),
        ];
        expect(once).toBeGreaterThan(clean);
        expect(tenTimes).toBeGreaterThanOrEqual(once);
      });
      for (const [name, { grad }] of network.model.namedParameters()) expect([name, grad]).toEqual([name, null]);
    });
  });

  it('gives an image the same attack alone and in a batch', async () => {
    await withTrainedNetwork(run, {}, async (network) => {
      const logits = (pixels: Tensor) => network.model.forward(normalizedPixels(network, pixels));
      const labels = Int32Array.of(0, 1, 2);
      const pixels = tensor(numbers(3 * 3 * 256, 0), { shape: [3, 3, 16, 16], dtype: 'float32' }).add(0.5);
      const together = scope(() => lossGradient({ logits }, pixels, labels));
      for (const n of [0, 1, 2]) {
        const alone = lossGradient({ logits }, pixels.narrow(0, n, 1), labels.subarray(n, n + 1));
        const difference = alone
          .sub(together.narrow(0, n, 1))
          .abs()
          .max()
          .item();
        expect(difference).toBeLessThan(1e-5 * alone.abs().max().item());
      }
    });
  });
});
