import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertedBefore } from '../../../tests/support/jpegs.ts';
import { pictureBytes, writeFile, writePictures } from '../../../tests/support/pictures.ts';
import { stream } from '../../random/index.ts';
import { cropFlip, sampleCropFlip } from '../augment.ts';
import type { Batch, EncodedPictures, LabeledImages } from '../dataset.ts';
import { decodeImage } from '../decode/index.ts';
import { hasJpegAddon } from '../decode/jpeg-addon.ts';
import { evaluationView } from '../picture-view.ts';
import { imageFolder } from '../sets/image-folder.ts';
import { select, subset } from '../subset.ts';
import { createLoader, type Loader, type LoaderOptions } from './loader.ts';
import { allocatePictureCache } from './picture-cache.ts';
import { imageOf, readImages } from './read-images.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-pictures-'));
const formats = ['jpg', 'png', 'webp'];
const names = ['a', 'b', 'c'].flatMap((name) => Array.from({ length: 7 }, (_, i) => `${name}/${i}.${formats[i % 3]}`));
beforeAll(async () => {
  await writePictures(
    join(root, 'good'),
    ['train', 'val'].flatMap((split) => names.map((name) => `${split}/${name}`)),
  );
});
afterAll(() => rmSync(root, { recursive: true }));

const open: Loader[] = [];
function loaderOf(set: PictureSet, options: Partial<LoaderOptions> = {}): Loader {
  const loader = createLoader(set, { batchSize: 4, shuffle: true, seed: 3, workers: 0, ...options });
  open.push(loader);
  return loader;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((loader) => loader.close()));
});

async function collect(loader: Loader, epoch = 0): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader.batches(epoch)) batches.push(batch);
  return batches;
}

const trainOf = async (folder: string, size: number) => (await imageFolder.open(join(root, folder), { size })).train;
const indicesOf = (batches: Batch[]) => batches.flatMap(({ indices }) => [...indices]);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
const augment = { padding: 4, flip: true };

describe('batches of pictures', () => {
  it.each([
    ['whole pictures, padded and cropped', 16],
    ['parts of pictures', 72],
  ])('threads never change a byte of %s', async (_, size) => {
    const set = await trainOf('good', size);
    const inline = await collect(loaderOf(set, { augment }), 1);
    expect(sorted(indicesOf(inline))).toEqual(range(21));
    for (const { targets, indices, shape, layout } of inline) {
      expect(targets).toEqual([...indices].map((i) => Math.floor(i / 7)));
      expect([...shape, layout]).toEqual([indices.length, 3, size, size, 'NHWC']);
    }
    for (const workers of [1, 3]) expect(await collect(loaderOf(set, { augment, workers }), 1)).toEqual(inline);
    expect(await collect(loaderOf(set, { augment }), 2)).not.toEqual(inline);
  });

  it('an image depends on seed, epoch and index alone, not on the batch that it is in', async () => {
    const set = await trainOf('good', 72);
    const pixelsOf = (batches: Batch[]) =>
      new Map(batches.flatMap((batch) => [...batch.indices].map((index, i) => [index, imageOf(batch, i)])));
    const small = pixelsOf(await collect(loaderOf(set, { augment }), 5));
    expect(pixelsOf(await collect(loaderOf(set, { augment, batchSize: 21 }), 5))).toEqual(small);
  });

  it('small images are the whole picture, varied as images in memory are', async () => {
    const set = await trainOf('good', 16);
    const whole = await readImages(set, range(21));
    for (const batch of await collect(loaderOf(set, { augment }), 4)) {
      batch.indices.forEach((index, i) => {
        const draw = sampleCropFlip(stream(3, 'augment', 4, index), augment);
        expect(imageOf(batch, i, 'NCHW')).toEqual(cropFlip(imageOf(whole, index, 'NCHW'), set, draw, 4));
      });
    }
  });

  it('a picture that has the size of the set is not resized', async () => {
    const pixels = stream(1, 'pixels');
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, () => pixels.integer(256));
    const png = await sharp(data, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toBuffer();
    for (const path of ['a/1.png', 'b/1.png', 'b/2.png']) writeFile(join(root, 'exact', path), png);
    const { images } = await readImages(await trainOf('exact', 32), [0]);
    expect(images).toEqual(data);
  });

  it.each([1, 2, 5])(
    '%i ranks get disjoint shares in training and cover the set once in evaluation',
    async (worldSize) => {
      const set = await trainOf('good', 8);
      const shares = (shuffle: boolean) =>
        Promise.all(
          range(worldSize).map(async (rank) => indicesOf(await collect(loaderOf(set, { rank, worldSize, shuffle })))),
        );
      expect(new Set((await shares(true)).flat()).size).toBe(worldSize * Math.floor(21 / worldSize));
      expect(sorted((await shares(false)).flat())).toEqual(range(21));
    },
  );

  it('a subset has the pictures and labels that the whole set has', async () => {
    const set = await trainOf('good', 8);
    const few = subset(set, 9, 1);
    expect(few.length).toBe(9);
    few.pictures.forEach((picture, i) => {
      expect(few.labels[i]).toBe(set.labels[set.pictures.indexOf(picture)]);
    });
  });
});

describe('pictures that cannot be decoded', () => {
  const badNames = ['a/text.jpg', 'b/cut.jpg'];
  beforeAll(async () => {
    await writePictures(join(root, 'bad'), [...names.map((name) => `train/${name}`), 'train/b/cut.jpg', 'val/a/1.jpg']);
    writeFile(join(root, 'bad', 'train', 'a', 'text.jpg'), 'this is no picture');
    truncateSync(join(root, 'bad', 'train', 'b', 'cut.jpg'), 300);
  });
  const paths = badNames.map((name) => join(root, 'bad', 'train', name));

  it.each([0, 1])('stop the loop by default, with the path and the way out (%i threads)', async (workers) => {
    const loader = loaderOf(await trainOf('bad', 16), { shuffle: false, workers });
    await expect(collect(loader)).rejects.toThrow(
      /train.a.text\.jpg: .*leave such pictures out with --on-bad-image skip/,
    );
  });

  it.each([0, 2])('skipped, they are left out of their batches and listed once (%i threads)', async (workers) => {
    const set = await trainOf('bad', 16);
    const loader = loaderOf(set, { augment, onBadImage: 'skip', workers });
    const batches = await collect(loader);
    await collect(loader, 1);
    expect(loader.badImages.map(({ path }) => path).toSorted()).toEqual(paths);
    for (const { index, path } of loader.badImages) expect(set.pictures[index]?.path).toBe(path);
    expect(set.length).toBe(23);
    const bad = new Set(loader.badImages.map(({ index }) => index));
    expect(sorted(indicesOf(batches))).toEqual(range(23).filter((index) => !bad.has(index)));
    for (const batch of batches) {
      expect(batch.images.length).toBe(batch.indices.length * 3 * 16 * 16);
      expect(batch.targets).toEqual(Array.from(batch.indices, (index) => set.labels[index]!));
      expect(batch.views.length).toBe(batch.indices.length);
    }
  });

  it('the images beside a skipped one are the ones that they would be without it', async () => {
    const set = await trainOf('bad', 16);
    const [batch] = await collect(loaderOf(set, { shuffle: false, batchSize: 23, onBadImage: 'skip' }));
    expect(batch!.images).toEqual((await readImages(set, [...batch!.indices])).images);
  });

  it('a batch of which nothing is left does not come, and an epoch of none is an error', async () => {
    const set = await trainOf('bad', 16);
    const loader = loaderOf(set, { shuffle: false, batchSize: 1, onBadImage: 'skip' });
    const steps = (await collect(loader)).map(({ step }) => step);
    const bad = new Set(loader.badImages.map(({ index }) => index));
    expect([loader.stepsPerEpoch, steps]).toEqual([23, range(23).filter((step) => !bad.has(step))]);
    const onlyBad = loaderOf(select(set, Int32Array.from(bad)), { batchSize: 2, onBadImage: 'skip' });
    await expect(collect(onlyBad)).rejects.toThrow(
      /bad train: expected pictures, got 2 that cannot be decoded, as .*jpg/,
    );
  });

  it('a picture of more pixels than the limit is one of them', async () => {
    const loader = loaderOf(await trainOf('good', 16), { limitPixels: 40 * 30 - 1 });
    await expect(collect(loader)).rejects.toThrow(/good.train.*: expected at most .* million pixels, got 40 x 30/);
  });

  it.each([0, 1])(
    'a file that is gone stops the loop even where bad ones are skipped (%i threads)',
    async (workers) => {
      await writePictures(join(root, 'gone'), ['a/1.jpg', 'a/2.jpg', 'b/1.jpg', 'b/2.jpg']);
      const set = await trainOf('gone', 16);
      rmSync(set.pictures[0]!.path);
      const loader = loaderOf(set, { batchSize: 2, shuffle: false, onBadImage: 'skip', workers });
      await expect(collect(loader)).rejects.toThrow(/gone.a.\d\.jpg: expected a file that can be read, got ENOENT/);
    },
  );
});

describe('pictures with odd files', () => {
  beforeAll(async () => {
    await writePictures(join(root, 'odd'), names);
    for (const name of ['a/0.jpg', 'b/3.jpg']) {
      const path = join(root, 'odd', name);
      writeFile(path, insertedBefore(readFileSync(path), 0xc0, [1, 2]));
    }
  });

  it.each([0, 2])('are read as the others are, and listed once with their warnings (%i threads)', async (workers) => {
    const set = await trainOf('odd', 16);
    const odd = set.pictures.flatMap(({ path }, index) => (/(a.0|b.3)\.jpg$/.test(path) ? [{ index, path }] : []));
    const reason = 'Corrupt JPEG data: 2 extraneous bytes before marker 0xc0';
    const loader = loaderOf(set, { augment, workers });
    const batches = await collect(loader);
    await collect(loader, 1);
    expect(sorted(indicesOf(batches))).toEqual(range(set.length));
    expect(loader.badImages).toEqual([]);
    expect(loader.warnedImages.toSorted((a, b) => a.index - b.index)).toEqual(
      odd.map((image) => ({ ...image, reason })),
    );
    expect(odd).toHaveLength(2);
  });
});

describe('large JPEGs', () => {
  beforeAll(async () => {
    for (const name of ['a/1', 'a/2', 'b/1', 'b/2']) {
      const picture = sharp(await pictureBytes(1, 'jpeg', 480, 300)).blur(2);
      writeFile(join(root, 'large', `${name}.jpg`), await picture.jpeg().toBuffer());
    }
  });

  it('are exact in evaluation, and in training decoded at a fraction that leaves three pixels for one', async () => {
    const set = await trainOf('large', 16);
    const [path] = set.pictures.map((picture) => picture.path);
    const bytes = readFileSync(path!);
    const decoded = async (reducingGap?: number) => {
      const target = new Uint8Array(3 * 16 * 16);
      await decodeImage(bytes, evaluationView(set), target, { reducingGap });
      return target;
    };
    const only = select(set, Int32Array.of(0));
    const options = { batchSize: 1, shuffle: false };
    const [evaluated] = await collect(loaderOf(only, options));
    expect(imageOf(evaluated!, 0)).toEqual(await decoded());
    const [trained] = await collect(loaderOf(only, { ...options, augment: { padding: 0, flip: false } }));
    expect(imageOf(trained!, 0)).toEqual(await decoded(3));
    // 300 / 16 = 18.75 pixels: 1/4 leaves 4.7.
    if (hasJpegAddon) expect(await decoded(3)).not.toEqual(await decoded());
  });
});

describe('the cache', () => {
  it('never changes a byte, and after one epoch the files are not needed', async () => {
    await writePictures(
      join(root, 'cached'),
      names.map((name) => `${name}`),
    );
    const set = await trainOf('cached', 16);
    const plain = loaderOf(set, { augment });
    const [first, second] = [await collect(plain, 0), await collect(plain, 1)];
    const cached = loaderOf(set, { augment, cache: true, workers: 2 });
    expect(await collect(cached, 0)).toEqual(first);
    rmSync(join(root, 'cached'), { recursive: true });
    expect(await collect(cached, 1)).toEqual(second);
  });

  it('is refused where training takes other parts of the pictures every epoch, and where memory is short', async () => {
    const large = await trainOf('good', 72);
    expect(() => loaderOf(large, { augment, cache: true })).toThrow(
      /at most 64 pixels for the cache, got 72 of good train/,
    );
    expect(() => allocatePictureCache(large, 2 ** 19)).toThrow(
      /cache of good train: expected at most half of the 0\.000488 GiB .* got 0\.000304 GiB for 21 images of 3 x 72 x 72/,
    );
  });
});

const tiny = join(process.env.PATCHWORK_DATA ?? '', 'tiny-imagenet-200', 'val', 'images');

describe('real pictures (skipped unless PATCHWORK_DATA names a folder with tiny-imagenet-200)', () => {
  it.skipIf(process.env.PATCHWORK_DATA === undefined || !existsSync(tiny))(
    'of 64 x 64 pixels, colored and gray, have the mean that sharp says they have',
    async () => {
      const bytes = range(60).map((i) => readFileSync(join(tiny, `val_${i}.JPEG`)));
      for (const [i, picture] of bytes.entries()) writeFile(join(root, 'tiny', `${i % 2}`, `${i}.JPEG`), picture);
      const { train } = await imageFolder.open(join(root, 'tiny'), { size: 64 });
      const images = await readImages(train, range(train.length));
      for (const [i, { path }] of train.pictures.entries()) {
        const { channels } = await sharp(path).toColorspace('srgb').stats();
        const pixels = imageOf(images, i, 'NCHW');
        for (const [c, { mean }] of channels.slice(0, 3).entries()) {
          const plane = pixels.subarray(c * 4096, (c + 1) * 4096);
          expect(Math.abs(plane.reduce((sum, value) => sum + value, 0) / 4096 - mean)).toBeLessThan(0.5);
        }
      }
    },
  );
});
