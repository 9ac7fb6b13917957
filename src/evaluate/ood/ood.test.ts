import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../tests/support/network-of.ts';
import { grayImages } from '../../../tests/support/painted-set.ts';
import { writeFile } from '../../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { train } from '../../config/index.ts';
import type { LabeledImages } from '../../data/index.ts';
import type { ImageModel } from '../../models/index.ts';
import { Linear, Module } from '../../nn/index.ts';
import { noGrad, type Tensor, tensor } from '../../torch/index.ts';
import { measureSuite } from '../evaluate-run.ts';
import { type TrainedNetwork, withTrainedNetwork } from '../network.ts';
import '../suites.ts';

/** Logits (brightness, 0): the brighter an image is, the surer the network. */
class Brightness extends Module implements ImageModel {
  readonly fc = this.child('fc', new Linear(1, 2));

  constructor() {
    super();
    noGrad(() => {
      this.fc.weight.copy_(tensor([[1], [0]]));
      this.fc.bias!.copy_(tensor([0, 0]));
    });
  }

  forward(images: Tensor): Tensor {
    return this.fc.forward(images.mean([1, 2, 3]).unsqueeze(1));
  }
}

/** Plain gray images of 8 x 8 of these bytes. */
function grays(bytes: readonly number[]): LabeledImages {
  const normalization = { mean: [0, 0, 0], std: [0.1, 0.1, 0.1] };
  return grayImages(bytes, { name: 'grays', classes: ['a', 'b'], channels: 3, height: 8, width: 8, normalization });
}

interface Options extends Record<string, unknown> {
  limit?: number;
  onProgress?: (what: string, done: number, of: number) => void;
}

function evaluateOod(network: TrainedNetwork, { limit, onProgress, ...options }: Options = {}) {
  return measureSuite(network, { name: 'ood', options }, { limit, onProgress });
}

/** A folder of such images as pictures. */
async function grayFolder(bytes: readonly number[]): Promise<string> {
  const folder = join(temporaryFolder(), 'grays');
  for (const [index, byte] of bytes.entries()) {
    const pixels = new Uint8Array(64).fill(byte);
    const png = sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } }).png();
    writeFile(join(folder, `${index}.png`), await png.toBuffer());
  }
  return folder;
}

const networkFor = (known: readonly number[]) =>
  networkOf(new Brightness(), grays(known), { evalBatchSize: 3, onBadImage: 'skip' });

describe('a network that is surer the brighter an image is', () => {
  it('has the measures of the published test vector', async () => {
    // The test vector of the Python package ood-metrics: labels 0 0 0 1 0 of scores .1 .3 .6 .9 1.3 have AUROC 0.75 and FPR at 95 % TPR 0.25.
    const unknown = await grayFolder([10, 30, 60, 130]);
    const { sets, images, warnings } = await evaluateOod(networkFor([90]), { sets: [unknown] });
    const measures = { tnrAtTpr95: 0.75, auroc: 0.75, detectionAccuracy: 0.875, auprIn: 0.5 };
    expect(sets).toMatchObject([{ name: 'grays (stretch)', images: 4 }]);
    expect([images, warnings]).toEqual([1, []]);
    for (const scores of [sets[0]!.scores['max-softmax'], sets[0]!.scores.energy]) {
      expect(scores).toMatchObject(measures);
      // From the darkest on: three of three, and then all four among five.
      expect(scores.auprOut).toBeCloseTo(3 / 4 + (1 / 4) * (4 / 5), 12);
    }
  });

  it('averages over sets, and counts images over all of them', async () => {
    const known = [100, 110, 120, 130];
    const unknown = [await grayFolder([1, 2, 3, 4, 5]), await grayFolder([240, 250])];
    const progress: unknown[] = [];
    const onProgress = (...told: unknown[]) => progress.push(told);
    const { sets, mean } = await evaluateOod(networkFor(known), { sets: unknown, onProgress });
    expect(sets.map(({ scores }) => scores.energy.auroc)).toEqual([1, 0]);
    expect(mean.energy.auroc).toBe(0.5);
    expect(mean['max-softmax']).toMatchObject({ tnrAtTpr95: 0.5, detectionAccuracy: 0.75 });
    const known2 = [1, 2].map((done) => ['ood', done, 2]);
    expect(progress).toEqual([...known2, ...[3, 5, 7].map((done) => ['ood', done, 7])]);
  });

  it('takes as many images of noise as known ones unless told otherwise, and no more than the limit', async () => {
    const known = [100, 110, 120, 130];
    const counts = async (options: Options) => {
      const { images, sets } = await evaluateOod(networkFor(known), options);
      return [images, ...sets.map((set) => set.images)];
    };
    expect(await counts({})).toEqual([4, 4, 4]);
    expect(await counts({ images: 7, sets: ['uniform', 'gaussian:images=5'] })).toEqual([4, 7, 5]);
    expect(await counts({ limit: 2 })).toEqual([2, 2, 2]);
  });

  it('is warned of sets that hold what it was trained or is measured on', async () => {
    const known = [100, 110, 120, 130];
    const network = networkFor(known);
    const training = grays([200, 210]);
    const other = { ...network, parts: { train: training, test: network.images } };
    const warningsOf = async (bytes: readonly number[]) => {
      const { warnings, sets } = await evaluateOod(other, { sets: [await grayFolder(bytes)] });
      return { warnings, auroc: sets[0]!.scores['max-softmax'].auroc };
    };
    const start = 'grays (stretch): expected images that the network does not know, got';
    expect(await warningsOf(known)).toEqual({
      warnings: [`${start} 100.0 % that are among the test images of images of a test.`],
      auroc: 0.5,
    });
    expect((await warningsOf([1, 2, 3, 210])).warnings).toEqual([
      `${start} 25.0 % that are among the training images of images of a test.`,
    ]);
    // One of a hundred is what data sets share by chance.
    const few = Array.from({ length: 100 }, (_, i) => (i === 0 ? 100 : i % 90));
    expect((await warningsOf(few)).warnings).toEqual([]);
  });

  it('counts the pictures that it had to leave out', async () => {
    const folder = await grayFolder([1, 2, 3]);
    writeFile(join(folder, 'bad.png'), 'no picture');
    const { badImages, sets } = await evaluateOod(networkFor([100]), { sets: [folder, `${folder}:fit=window`] });
    expect([badImages, ...sets.map(({ images }) => images)]).toEqual([2, 3, 3]);
    expect(sets[0]!.scores).toEqual(sets[1]!.scores);
  });

  it('tells sets of one name apart by what was typed, and takes the same text once', async () => {
    const unknown = ['uniform', 'uniform:seed=1', 'uniform', 'gaussian'];
    const { sets } = await evaluateOod(networkFor([100, 110]), { sets: unknown });
    expect(sets.map(({ name }) => name)).toEqual(['Uniform (uniform)', 'Uniform (uniform:seed=1)', 'Gaussian']);
  });

  it('cannot be measured on no sets', async () => {
    await expect(() => evaluateOod(networkFor([100]), { sets: [] })).rejects.toThrow(
      'ood: expected sets to be OOD sets joined by commas, as in uniform,gaussian, or a list of such, got []',
    );
  });
});

/** A network trained on `shapes` for a moment. */
async function measured(unknown: readonly string[]) {
  const run = join(temporaryFolder(), 'run');
  await train(smallConfig({ mix: 'none' }), { run });
  return withTrainedNetwork(run, {}, (network) => evaluateOod(network, { sets: unknown, limit: 30 }));
}

const data = process.env.PATCHWORK_DATA ?? '';

describe('a trained network', () => {
  it('has numbers within their bounds, and is warned of its own data under other options', async () => {
    const result = await measured(['uniform:images=40', 'shapes:train=4,test=20,seed=5']);
    expect(result.sets.map(({ name, images }) => [name, images])).toEqual([
      ['Uniform', 30],
      ['shapes', 20],
    ]);
    expect(result.warnings).toEqual([
      expect.stringMatching(/^shapes: .* got data of the same kind as its own, shapes:/),
    ]);
    for (const { scores } of result.sets) {
      for (const { tnrAtTpr95, auroc, detectionAccuracy, auprIn, auprOut } of Object.values(scores)) {
        for (const share of [tnrAtTpr95, auroc, auprIn, auprOut]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        // Accepting 95 % of the known ones is one of its thresholds.
        expect(detectionAccuracy).toBeGreaterThanOrEqual(Math.max(0.5, (0.95 + tnrAtTpr95) / 2) - 1e-12);
      }
    }
  });

  it.skipIf(data === '' || !existsSync(join(data, 'tiny-imagenet-200')))(
    'is measured on real sets (skipped unless PATCHWORK_DATA names a folder with tiny-imagenet-200, dtd32 and CIFAR-10)',
    async () => {
      const tiny = join(data, 'tiny-imagenet-200');
      const others = [join(data, 'dtd32', 'textures.bin'), join(data, 'cifar-10-batches-bin')];
      const { sets, warnings } = await measured([`${tiny}:fit=window`, tiny, ...others]);
      const names = ['tiny-imagenet-200 (window)', 'tiny-imagenet-200 (stretch)', 'textures', 'CIFAR-10'];
      expect(sets.map(({ name, images }) => [name, images])).toEqual(names.map((name) => [name, 30]));
      expect(warnings).toEqual([]);
    },
  );
});
