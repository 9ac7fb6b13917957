import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allocateImages } from '../../src/data/index.ts';
import { eachBatch, logitsOf } from '../../src/evaluate/network.ts';
import { fgsm, lossGradient, pgd } from '../../src/evaluate/robustness/attacks.ts';
import { cifarResNet } from '../../src/models/index.ts';
import { scope, type Tensor } from '../../src/torch/index.ts';
import { setWeights } from '../support/golden-tensors.ts';
import { networkOf } from '../support/network-of.ts';
import { largestDifference, numbers } from '../support/numbers.ts';

// fgsm.py has the same.
const normalization = { mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3] };
const labels = Int32Array.of(3, 70);
const steps = { stepSize: 2 / 255, steps: 4 };

const golden = JSON.parse(readFileSync(new URL('./fgsm.golden.json', import.meta.url), 'utf8')) as Record<
  'gradient' | 'fgsm' | 'pgd',
  number[]
>;

const model = cifarResNet(20, { classes: 100 });
setWeights(model);
const size = { length: 2, channels: 3, height: 16, width: 16 };
const classes = Array.from({ length: 100 }, (_, label) => `${label}`);
const set = allocateImages({ name: 'formula', part: 'test', classes, normalization, ...size });
set.images.set(numbers(set.images.length, 1000).map((value) => Math.round((value + 0.5) * 255)));
const network = networkOf(model, set);
const attacked = { logits: (pixels: Tensor) => logitsOf(network, pixels) };

async function differenceFrom(expected: number[], result: (pixels: Tensor) => Tensor): Promise<number> {
  let difference = Number.NaN;
  await eachBatch(network, set, ({ pixels }) => {
    const values = scope(() => result(pixels).data() as Float32Array);
    difference = largestDifference(values, expected) / Math.max(...expected.map(Math.abs));
  });
  return difference;
}

it("the loss has PyTorch's gradient with respect to the pixels, to 1e-5 of its largest", async () => {
  expect(await differenceFrom(golden.gradient, (pixels) => lossGradient(attacked, pixels, labels))).toBeLessThan(1e-5);
});

it("FGSM gives PyTorch's images", async () => {
  expect(await differenceFrom(golden.fgsm, (pixels) => fgsm(attacked, pixels, labels))).toBeLessThan(1e-5);
});

it("PGD gives PyTorch's images after each of its steps was projected", async () => {
  expect(await differenceFrom(golden.pgd, (pixels) => pgd(attacked, pixels, labels, steps))).toBeLessThan(1e-5);
});
