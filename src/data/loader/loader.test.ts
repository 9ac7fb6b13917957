import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { stream } from '../../random/index.ts';
import { cropFlip, sampleCropFlip } from '../augment.ts';
import type { Batch, LabeledImages, PixelsInMemory } from '../dataset.ts';
import type { ColorOptions } from '../decode/index.ts';
import { imageAt } from '../images.ts';
import { allocateImages } from '../own-dataset.ts';
import { createLoader, type Loader, type LoaderOptions } from './loader.ts';

type PixelSet = LabeledImages<PixelsInMemory>;

function noiseSet(length: number): PixelSet {
  const shape = { channels: 3, height: 5, width: 4 };
  const normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
  const set = allocateImages({ name: 'noise', part: 'train', classes: ['a'], ...shape, length, normalization });
  const random = stream(0, 'noise');
  for (let i = 0; i < set.images.length; i++) set.images[i] = random.integer(256);
  for (let i = 0; i < length; i++) set.labels[i] = i % 7;
  return set;
}

const fixtures = new URL('../../../tests/support/map-targets.ts', import.meta.url);

const open: Loader[] = [];
function loaderOf(set: PixelSet, options: Partial<LoaderOptions> = {}): Loader {
  const loader = createLoader(set, { batchSize: 8, shuffle: true, seed: 3, workers: 0, ...options });
  open.push(loader);
  return loader;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((loader) => loader.close()));
});

async function collect(loader: Loader, epoch = 0, fromStep = 0): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader.batches(epoch, fromStep)) batches.push(batch);
  return batches;
}

const indicesOf = (batches: Batch[]) => batches.flatMap(({ indices }) => [...indices]);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

describe('what a batch holds', () => {
  it('evaluation visits every image once, in order, and the last batch is smaller', async () => {
    const set = noiseSet(20);
    const loader = loaderOf(set, { shuffle: false });
    const batches = await collect(loader);
    expect(loader.stepsPerEpoch).toBe(3);
    expect(batches.map(({ shape, step }) => [...shape, step])).toEqual([
      [8, 3, 5, 4, 0],
      [8, 3, 5, 4, 1],
      [4, 3, 5, 4, 2],
    ]);
    expect(batches.flatMap(({ images }) => [...images])).toEqual([...set.images]);
    expect(batches.flatMap(({ targets }) => targets)).toEqual([...set.labels]);
    expect(indicesOf(batches)).toEqual(range(20));
  });

  it('training visits every image once, in another order each epoch', async () => {
    const loader = loaderOf(noiseSet(50));
    const [first, second] = [indicesOf(await collect(loader, 0)), indicesOf(await collect(loader, 1))];
    expect(sorted(first)).toEqual(range(50));
    expect(sorted(second)).toEqual(range(50));
    expect(first).not.toEqual(second);
    expect(indicesOf(await collect(loader, 0))).toEqual(first);
  });

  it('an augmented image depends on seed, epoch and index alone', async () => {
    const set = noiseSet(20);
    const augment = { padding: 2, flip: true };
    for (const { images, indices } of await collect(loaderOf(set, { augment }), 4)) {
      indices.forEach((index, i) => {
        const draw = sampleCropFlip(stream(3, 'augment', 4, index), augment);
        expect(images.subarray(i * 60, (i + 1) * 60)).toEqual(cropFlip(imageAt(set, index), set, draw, 2));
      });
    }
  });

  it('colors of no strength change nothing, and others leave the crop and the flip as they are', async () => {
    const set = noiseSet(20);
    const augment = { padding: 2, flip: true };
    const collected = async (color?: ColorOptions) => collect(loaderOf(set, { augment: { ...augment, color } }));
    const none = { brightness: 0, contrast: 0, saturation: 0, lighting: 0 };
    const pixelsOf = (batches: Batch[]) => batches.map(({ images }) => images);
    expect(pixelsOf(await collected(none))).toEqual(pixelsOf(await collected()));
    set.images.fill(100);
    const black = (batches: Batch[]) => batches.map(({ images }) => images.map((value) => (value === 0 ? 1 : 0)));
    const [plain, varied] = [await collected(), await collected({ ...none, brightness: 0.5 })];
    expect(black(varied)).toEqual(black(plain));
    expect(varied).not.toEqual(plain);
  });

  it('starting in the middle of an epoch gives the batches that the whole epoch has from there', async () => {
    const loader = loaderOf(noiseSet(50), { augment: { padding: 4, flip: true } });
    expect(await collect(loader, 2, 3)).toEqual((await collect(loader, 2)).slice(3));
  });
});

describe('ranks', () => {
  it.each([1, 2, 3, 7])('in training %i ranks get disjoint shares of equal length', async (worldSize) => {
    const shares = await Promise.all(
      range(worldSize).map(async (rank) =>
        indicesOf(await collect(loaderOf(noiseSet(53), { rank, worldSize, batchSize: 4 }))),
      ),
    );
    const share = Math.floor(53 / worldSize);
    expect(shares.map(({ length }) => length)).toEqual(range(worldSize).map(() => share));
    expect(new Set(shares.flat()).size).toBe(share * worldSize);
  });

  it.each([1, 2, 3, 7, 60])('in evaluation %i ranks cover the set exactly once', async (worldSize) => {
    const options = { worldSize, shuffle: false };
    const shares = await Promise.all(
      range(worldSize).map(async (rank) => indicesOf(await collect(loaderOf(noiseSet(53), { ...options, rank })))),
    );
    expect(sorted(shares.flat())).toEqual(range(53));
  });
});

describe('threads', () => {
  it('never change a byte', async () => {
    const set = noiseSet(70);
    const augment = { padding: 4, flip: true };
    const inline = await collect(loaderOf(set, { augment }), 1);
    for (const workers of [1, 3]) expect(await collect(loaderOf(set, { augment, workers }), 1)).toEqual(inline);
  });

  it('a loop left early disturbs neither the next one nor one beside it', async () => {
    const loader = loaderOf(noiseSet(70), { workers: 2 });
    const whole = await collect(loader, 0);
    for await (const batch of loader.batches(1)) {
      if (batch.step === 1) break;
    }
    expect(await Promise.all([collect(loader, 0), collect(loader, 0)])).toEqual([whole, whole]);
  });

  it.each([0, 1])('what goes wrong while a batch is made, the loop throws, with %i threads', async (workers) => {
    const set = { ...noiseSet(20), target: (index: number) => index };
    const loader = loaderOf(set, { workers, mapTarget: { module: fixtures, name: 'failAtThirteen' } });
    const message = 'noise train: mapTarget failAtThirteen of image 13: expected another number than 13';
    await expect(collect(loader)).rejects.toThrow(message);
    await expect(collect(loader)).rejects.toThrow(message);
  });

  it('closing makes a loop in progress throw instead of waiting for ever', async () => {
    const loader = loaderOf(noiseSet(70), { workers: 1 });
    const batches = loader.batches(0);
    await batches.next();
    await loader.close();
    await expect(collect(loader)).rejects.toThrow('loader: expected an open loader, got one that was closed');
  });

  it.each(['await loader.close();', ''])(
    'a process ends by itself after a loop left early, then: "%s"',
    async (end) => {
      const script = `
      const { createLoader, openData } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)});
      const { train } = await openData('shapes:size=16,train=40,test=1');
      const loader = createLoader(train, { batchSize: 4, shuffle: true, seed: 0, workers: 2 });
      for await (const batch of loader.batches(0)) if (batch.step === 1) break;
      ${end}
      console.log('ended');`;
      const node = ['--import', 'tsx', '--input-type=module', '--eval', script];
      const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 60_000 });
      expect(stdout).toBe('ended\n');
    },
  );
});

describe('options out of range', () => {
  it.each([
    [{ batchSize: 0 }, 'expected batchSize to be a whole number of at least 1, got 0'],
    [{ batchSize: -4 }, 'expected batchSize to be a whole number of at least 1, got -4'],
    [{ batchSize: 2.5 }, 'expected batchSize to be a whole number of at least 1, got 2.5'],
    [{ batchSize: 21 }, 'at most the 20 images of noise train, got 21; lower the batch size'],
    [{ batchSize: 11, worldSize: 2 }, 'at most the 10 images of noise train for each of 2 ranks, got 11'],
    [{ rank: 2, worldSize: 2 }, 'expected rank to be a whole number in 0..1, got 2'],
    [{ workers: -1 }, 'expected workers to be a whole number of at least 0, got -1'],
    [{ augment: { padding: -1, flip: true } }, 'expected augment.padding to be a whole number of at least 0, got -1'],
  ])('%j is an error that says what was expected', (options, message) => {
    expect(() => loaderOf(noiseSet(20), options)).toThrow(message);
  });

  it('colors are refused for gray images', () => {
    const gray = allocateImages({ ...noiseSet(8), channels: 1, normalization: { mean: [0], std: [1] } });
    const augment = { padding: 0, flip: false, color: {} };
    expect(() => loaderOf(gray, { augment })).toThrow('expected images in color for augment.color, got 1 channels');
  });

  it('a batch larger than the set is fine for evaluation', async () => {
    expect(await collect(loaderOf(noiseSet(20), { batchSize: 64, shuffle: false }))).toHaveLength(1);
  });
});
