// What a hub's config.json says of pictures is what every command shows to the network: numbers computed by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { parseConfig, resume, train } from '../config/index.ts';
import { createModel, ResNet } from '../models/index.ts';
import { RunFolder } from '../runs/index.ts';
import { saveTensors } from '../torch/index.ts';
import { predict } from './accuracy/predictions.ts';
import { explain } from './explain.ts';
import { loadNetwork } from './load-network.ts';
import { withTrainedNetwork } from './network.ts';

const folder = temporaryFolder(afterAll);
const [photos, weights, run] = ['photos', 'weights', 'run'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const picture = join(photos, 'test', 'a', '0.png');

// (1 - 0.5) / 0.25, (0.2 - 0.4) / 0.2 and (0 - 0.25) / 0.5 of the color 255, 51, 0.
const card = {
  architecture: 'resnet20',
  mean: [0.5, 0.4, 0.25],
  std: [0.25, 0.2, 0.5],
  input_size: [3, 16, 16],
  crop_pct: 0.9,
};
const expected = [2, -1, -0.5];

beforeAll(async () => {
  for (const name of ['train/a/0', 'train/a/1', 'train/b/0', 'train/b/1', 'test/a/0', 'test/b/0']) {
    const file = join(photos, `${name}.png`);
    mkdirSync(join(file, '..'), { recursive: true });
    const background = { r: 255, g: 51, b: 0 };
    await sharp({ create: { width: 20, height: 24, channels: 3, background } })
      .png()
      .toFile(file);
  }
  mkdirSync(weights);
  writeFileSync(join(weights, 'config.json'), JSON.stringify(card));
  const model = createModel('resnet20', { classes: 5 });
  saveTensors(join(weights, 'model.safetensors'), model.stateDict());
  model.dispose();
});

/** The values of each channel that the network was given, each once. Folding would show it noise besides. */
async function seenBy(body: () => Promise<unknown>): Promise<number[][]> {
  const seen = [new Set<number>(), new Set<number>(), new Set<number>()];
  const { lastMap } = ResNet.prototype;
  const spy = vi.spyOn(ResNet.prototype, 'lastMap').mockImplementation(function (this: ResNet, images, onStage) {
    const values = images.contiguous().data('float32');
    const side = images.shape[2]! * images.shape[3]!;
    for (const [place, value] of values.entries()) seen[Math.floor(place / side) % 3]!.add(value);
    return lastMap.call(this, images, onStage);
  });
  await body().finally(() => spy.mockRestore());
  return seen.map((values) => [...values]);
}

const near = expected.map((value) => [expect.closeTo(value, 5)]);

describe('a training from weights that say how pictures were normalized', () => {
  it('shows them so in training, after being resumed, and wherever its network is used', async () => {
    const small = { data: photos, mix: 'none', batchSize: 2, workers: 0, threads: 1 } as const;
    const config = parseConfig({ ...small, epochs: 2, weights, augment: { padding: 0 } });
    const controller = new AbortController();
    const listener = ({ type }: { type: string }) => type === 'step' && controller.abort();
    expect(await seenBy(() => train(config, { run, listener, signal: controller.signal }))).toEqual(near);
    expect(await seenBy(() => resume(run))).toEqual(near);
    const network = await loadNetwork(run, { workers: 0, foldBatchNorm: false });
    expect(network.size).toEqual({ height: 16, width: 16 });
    const { config: recorded, images } = RunFolder.open(run).readConfig() as Record<string, object>;
    expect(recorded).toMatchObject({ data: `${photos}:size=16,cropShare=0.9`, model: 'resnet20' });
    expect(images).toEqual({ channels: 3, height: 16, width: 16, fit: 'crop', cropShare: 0.9 });
    const results = await seenBy(async () => {
      for await (const { top } of network.classify(picture)) expect(top).toHaveLength(2);
    });
    expect(results).toEqual(near);
    await network.dispose();
    expect(await seenBy(() => predict(run))).toEqual(near);
    expect(await seenBy(() => explain(run, [picture], { foldBatchNorm: false }))).toEqual(near);
    // What noise and other data are made like.
    await withTrainedNetwork(run, {}, async ({ images }) => {
      expect(images.normalization).toEqual({ mean: card.mean, std: card.std });
    });
  });
});
