import { afterAll, describe, expect, it } from 'vitest';
import { networkOf } from '../../../tests/support/network-of.ts';
import { grayImages } from '../../../tests/support/painted-set.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { train } from '../../config/index.ts';
import type { LabeledImages } from '../../data/index.ts';
import type { ImageModel } from '../../models/index.ts';
import { Linear, Module } from '../../nn/index.ts';
import { noGrad, type Tensor, tensor } from '../../torch/index.ts';
import { measureSuite } from '../evaluate-run.ts';
import { type TrainedNetwork, withTrainedNetwork } from '../network.ts';
import '../suites.ts';
import type { ErrorAt } from './robustness.ts';

/** Class 0 for dark images, 1 for bright ones, never 2. */
class Brightness extends Module implements ImageModel {
  readonly fc = this.child('fc', new Linear(1, 3));

  constructor() {
    super();
    noGrad(() => {
      this.fc.weight.copy_(tensor([[-1], [1], [0]]));
      this.fc.bias!.copy_(tensor([0, 0, -100]));
    });
  }

  forward(images: Tensor): Tensor {
    return this.fc.forward(images.mean([1, 2, 3]).unsqueeze(1));
  }
}

/** Plain gray images of 8 x 8, of these brightnesses and labels. */
function grays(...images: [brightness: number, label: number][]): LabeledImages {
  const set = grayImages(
    images.map(([brightness]) => Math.round(255 * brightness)),
    {
      ...{ name: 'grays', classes: ['dark', 'bright', 'neither'], channels: 1, height: 8, width: 8 },
      normalization: { mean: [0.5], std: [0.25] },
    },
  );
  set.labels.set(images.map(([, label]) => label));
  return set;
}

interface Options extends Record<string, unknown> {
  limit?: number;
  onProgress?: (what: string, done: number, of: number) => void;
}

function evaluateRobustness(network: TrainedNetwork, { limit, onProgress, ...options }: Options = {}) {
  return measureSuite(network, { name: 'robustness', options }, { limit, onProgress });
}

const errors = (curve: ErrorAt[]) => curve.map(({ error }) => error);
const robustnessOf = (set: LabeledImages, options: Options = {}) =>
  evaluateRobustness(networkOf(new Brightness(), set, { evalBatchSize: 3 }), options);

it('counts errors under attack at each epsilon', async () => {
  // The last but one is wrong already: an attack on what is predicted instead of what is true would put it right.
  const set = grays([0.2, 0], [0.8, 1], [0.9, 1], [0.45, 1], [0.1, 1]);
  const { images, top1Error, attacks } = await robustnessOf(set, { epsilons: [0, 51, 81.6], pgdSteps: 3 });
  expect([images, top1Error]).toEqual([5, 2 / 5]);
  expect(attacks).toEqual(
    [0, 0.2, 0.32].flatMap((epsilon) =>
      ['FGSM', 'PGD-3'].map((name) => ({ name, epsilon, top1Error: epsilon === 0.32 ? 4 / 5 : 2 / 5 })),
    ),
  );
  const { attacks: withoutPgd } = await robustnessOf(set, { pgdSteps: 0 });
  expect(withoutPgd.map(({ name }) => name)).toEqual(['FGSM']);
});

it('begins PGD at random places around the images, and FGSM at the images', async () => {
  /** For each pass that an attack takes the gradient of, whether its first image is of one gray. */
  const plain: boolean[] = [];
  class Watched extends Brightness {
    override forward(images: Tensor): Tensor {
      if (images.requiresGrad) plain.push(new Set(images.detach().narrow(0, 0, 1).data('float32')).size === 1);
      return super.forward(images);
    }
  }
  await evaluateRobustness(networkOf(new Watched(), grays([0.5, 1])), { pgdSteps: 2 });
  expect(plain).toEqual([true, false, false]);
});

it('counts errors with black squares of each size', async () => {
  const { occlusion } = await robustnessOf(grays([0.2, 0], [0.8, 1]), { occlusionSteps: 4, fill: 'black' });
  expect(occlusion.center.map(({ at }) => at)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  // Of the bright image 0.8 (1 - s^2), then 0.8 s^2 are left, which is bright above 0.5; the dark one stays dark.
  expect(errors(occlusion.center)).toEqual([0, 0, 0, 0.5, 0.5]);
  expect(errors(occlusion.boundary)).toEqual([0.5, 0.5, 0.5, 0.5, 0]);
});

it('hides by the mean color, which moves a gray image toward neither side, unless told otherwise', async () => {
  const { occlusion } = await robustnessOf(grays([0.2, 0], [0.8, 1]), { occlusionSteps: 4 });
  // Where nothing is left both logits are equal, and the first class is taken.
  expect(errors(occlusion.center)).toEqual([0, 0, 0, 0, 0.5]);
  expect(errors(occlusion.boundary)).toEqual([0.5, 0, 0, 0, 0]);
});

it('between two images errs where neither class is predicted', async () => {
  // The second image is dark, which is not its class; the pair is predicted right where its first image makes it bright.
  const { inBetween, top1Error } = await robustnessOf(grays([0.9, 1], [0.3, 2]));
  expect(top1Error).toBe(0.5);
  const expected = [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0.5, 0.5, 0.5];
  expect(inBetween.mixup).toEqual(expected.map((error, tenth) => ({ at: tenth / 10, error })));
  expect(inBetween.cutmix).toEqual(inBetween.mixup);
});

it('pairs images of a set that is stored class by class with those of other classes', async () => {
  // All are bright. Those of class 0 are wrong, unless the partner is of class 1: never within a batch of their own class.
  const half = Array.from({ length: 8 }, (): [number, number] => [0.9, 0]);
  const set = grays(...half, ...half.map(([brightness]): [number, number] => [brightness, 1]));
  const network = networkOf(new Brightness(), set, { evalBatchSize: 8 });
  const { top1Error, inBetween } = await evaluateRobustness(network);
  expect(top1Error).toBe(0.5);
  expect(inBetween.mixup.at(-1)!.error).toBeLessThan(0.5);
});

it('takes the images under a limit, tells how far it is, and pairs a lonely image with itself', async () => {
  const set = grays([0.9, 1], [0.3, 2], [0.8, 1]);
  const progress: unknown[] = [];
  const network = networkOf(new Brightness(), set, { evalBatchSize: 2 });
  const { images } = await evaluateRobustness(network, { onProgress: (...told) => progress.push(told) });
  expect(progress).toEqual([
    ['robustness', 1, 2],
    ['robustness', 2, 2],
  ]);
  expect(images).toBe(3);
  expect((await evaluateRobustness(network, { limit: 2 })).images).toBe(2);
  const alone = await evaluateRobustness(networkOf(new Brightness(), grays([0.9, 1])));
  expect(errors(alone.inBetween.cutmix)).toEqual(Array(11).fill(0));
});

it.each([
  [{ epsilons: [300] }, 'robustness: expected epsilons to be a list of numbers in 0..255, as in 2/8, got [300]'],
  [{ pgdSteps: -1 }, 'robustness: expected pgdSteps to be a whole number of at least 0, got -1'],
  [{ occlusionSteps: 0 }, 'robustness: expected occlusionSteps to be a whole number of at least 1, got 0'],
  [{ inBetweenSteps: 0.5 }, 'robustness: expected inBetweenSteps to be a whole number of at least 1, got 0.5'],
  [{ fill: 'maen' }, "robustness: unknown value of fill 'maen'; did you mean 'mean'?"],
])('names the option that is out of range: %j', async (options, message) => {
  await expect(() => robustnessOf(grays([0.9, 1]), options)).rejects.toThrow(message);
});

describe('a network trained on shapes', async () => {
  const run = `${temporaryFolder(afterAll)}/run`;
  await train(smallConfig({ epochs: 3, mix: 'none', data: 'shapes:train=256,test=64,size=16' }), { run });
  const options = { epsilons: [0, 8], pgdSteps: 3 };
  const result = await withTrainedNetwork(run, {}, (network) => evaluateRobustness(network, options));
  const { top1Error, occlusion, inBetween, attacks } = result;

  it('has its own error wherever nothing is changed', () => {
    expect(occlusion.center[0]!.error).toBe(top1Error);
    expect(occlusion.boundary.at(-1)!.error).toBe(top1Error);
    expect(occlusion.center.at(-1)!.error).toBe(occlusion.boundary[0]!.error);
    expect(attacks.filter(({ epsilon }) => epsilon === 0).map((attack) => attack.top1Error)).toEqual([
      top1Error,
      top1Error,
    ]);
    for (const attack of attacks) expect(attack.top1Error).toBeGreaterThanOrEqual(top1Error);
  });

  it('ends both mixtures on the same images, where the other class counts as right too', () => {
    for (const end of [0, -1]) {
      expect(inBetween.mixup.at(end)!.error).toBe(inBetween.cutmix.at(end)!.error);
      expect(inBetween.mixup.at(end)!.error).toBeLessThanOrEqual(top1Error);
    }
  });

  it('finds the same again, as plain data', async () => {
    const again = await withTrainedNetwork(run, {}, (network) => evaluateRobustness(network, options));
    expect(again).toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
