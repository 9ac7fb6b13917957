import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../../tests/support/pictures.ts';
import { temporaryFolder } from '../../../tests/support/small-training.ts';
import type { LabeledImages, PixelsInMemory } from '../dataset.ts';
import { imageAt } from '../images.ts';
import { imageOf, readImages } from '../loader/read-images.ts';
import { cifarNormalization } from '../sets/cifar-layout.ts';
import { openOodSet } from './open-ood.ts';

type PixelSet = LabeledImages<PixelsInMemory>;

const shapeOf = (size: number) => ({ channels: 3, height: size, width: size, normalization: cifarNormalization });
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const pixelsOf = async (text: string, size: number, options = {}) =>
  (await openOodSet(text, shapeOf(size), options)) as PixelSet;

describe('noise', () => {
  it('is uniform over all bytes, or normal around 0.5 with the tails at both ends, for each channel', async () => {
    const uniform = await pixelsOf('uniform', 32, { images: 100 });
    expect(mean(uniform.images) / 255).toBeCloseTo(0.5, 2);
    const counts = new Float64Array(256);
    for (const value of uniform.images) counts[value]!++;
    const expected = uniform.images.length / 256;
    // 255 degrees of freedom: more than 370 has a probability of 3e-6.
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(370);
    const gaussian = await pixelsOf('gaussian', 32, { images: 100 });
    expect(mean(gaussian.images) / 255).toBeCloseTo(0.5, 2);
    const share = (value: number) => gaussian.images.filter((byte) => byte === value).length / gaussian.images.length;
    // P(0.5 + z < 0.5 / 255) for a standard normal z.
    expect(share(0)).toBeCloseTo(0.3092, 2);
    expect(share(255)).toBeCloseTo(0.3092, 2);
  });

  it('depends on the seed and the number of the image, of which there are 10,000 unless said otherwise', async () => {
    const all = await pixelsOf('uniform', 1);
    expect([all.name, all.length, all.classes]).toEqual(['Uniform', 10_000, ['unknown']]);
    const few = await pixelsOf('uniform:images=9,seed=0', 1, { limit: 3 });
    expect(few.images).toEqual(all.images.slice(0, 9));
    expect((await pixelsOf('uniform:seed=1', 1)).images).not.toEqual(all.images);
  });
});

/** A gray picture in which each pixel tells its place. */
const placePicture = (width: number, height: number) =>
  sharp(
    Uint8Array.from(range(width * height), (i) => (i % width) * 10 + Math.floor(i / width)),
    {
      raw: { width, height, channels: 1 },
    },
  )
    .png()
    .toBuffer();

describe('pictures', () => {
  it('as windows show a window of their own pixels, at another place for another seed', async () => {
    const folder = temporaryFolder();
    for (const i of range(20)) writeFile(join(folder, 'photos', `${i}.png`), await placePicture(12, 10));
    const corners = async (text: string) => {
      const set = await pixelsOf(text, 8);
      return range(set.length).map((index) => {
        const image = imageAt(set, index);
        const [left, top] = [Math.floor(image[0]! / 10), image[0]! % 10];
        const window = range(64).map((i) => (left + (i % 8)) * 10 + top + Math.floor(i / 8));
        expect([...image]).toEqual([...window, ...window, ...window]);
        return `${left} ${top}`;
      });
    };
    const first = await corners(`${folder}/photos:fit=window`);
    expect(new Set(first).size).toBeGreaterThan(5);
    expect(await corners(`${folder}/photos:fit=window,seed=0`)).toEqual(first);
    expect(await corners(`${folder}/photos:fit=window,seed=1`)).not.toEqual(first);
  });

  it('are found in all folders, shown whole and stretched, in the order of their paths', async () => {
    const folder = join(temporaryFolder(), 'photos');
    await writePictures(folder, ['b/deep/1.webp', '.hidden/2.jpg', 'a.jpg', 'b/0.PNG']);
    // The left half black, the right half white: half and half however wide the picture is.
    const halves = Buffer.from(Uint8Array.from(range(80 * 20), (i) => (i % 80 < 40 ? 0 : 255)));
    const wide = sharp(halves, { raw: { width: 80, height: 20, channels: 1 } });
    writeFile(join(folder, 'wide.png'), await wide.png().toBuffer());
    const set = await openOodSet(folder, shapeOf(8));
    expect(set).toMatchObject({ name: 'photos (stretch)', classes: ['unknown'], normalization: cifarNormalization });
    expect('pictures' in set && set.pictures.map(({ path }) => path)).toEqual(
      ['a.jpg', 'b/0.PNG', 'b/deep/1.webp', 'wide.png'].map((name) => join(folder, name)),
    );
    const image = imageOf(await readImages(set, [3]), 0, 'NCHW');
    // The bilinear filter reaches one pixel of the result over the edge, where it weighs an eighth.
    expect([...image.subarray(0, 8)]).toEqual([0, 0, 0, 32, 223, 255, 255, 255]);
    expect([...set.labels]).toEqual([0, 0, 0, 0]);
  });

  it('under a limit are the same ones however they are shown, and only these are decoded', async () => {
    const folder = join(temporaryFolder(), 'photos');
    await writePictures(
      folder,
      range(9).map((i) => `${i}.png`),
    );
    const resized = await openOodSet(folder, shapeOf(8), { limit: 4 });
    if (!('pictures' in resized)) throw new Error('expected pictures');
    const shown = resized.pictures.map(({ path }) => path);
    for (const i of range(9)) {
      const path = join(folder, `${i}.png`);
      if (!shown.includes(path)) writeFile(path, 'no picture');
    }
    expect((await openOodSet(`${folder}:fit=window`, shapeOf(8), { limit: 4 })).length).toBe(4);
  });

  it('that are damaged or too small to crop are named', async () => {
    const folder = join(temporaryFolder(), 'photos');
    writeFile(join(folder, 'a.png'), await pictureBytes(1, 'png', 20, 12));
    const crop = `${folder}:fit=window`;
    await expect(openOodSet(crop, shapeOf(16))).rejects.toThrow(
      /a\.png: expected at least 16 x 16 pixels to take a window of, got 20 x 12; use fit=stretch/,
    );
    writeFile(join(folder, 'a.png'), 'no picture');
    await expect(openOodSet(crop, shapeOf(8))).rejects.toThrow(/a\.png: expected .*; repair or remove it/);
    await expect(openOodSet(crop, shapeOf(8), { onBadImage: 'skip' })).rejects.toThrow(/expected pictures, got 1 that/);
  });
});

it('a picture of which no window can be decoded is left out and counted where that is asked for, a small one never', async () => {
  const folder = join(temporaryFolder(), 'photos');
  const paths = range(20).map((i) => `${i + 10}.png`);
  await writePictures(folder, paths);
  const text = `${folder}:fit=window`;
  const all = await pixelsOf(text, 8);
  expect(await openOodSet(text, shapeOf(8))).toMatchObject({ length: 20, badImages: 0 });
  for (const i of [0, 7, 19]) writeFile(join(folder, paths[i]!), 'no picture');
  const some = (await openOodSet(text, shapeOf(8), { onBadImage: 'skip' })) as PixelSet;
  expect(some).toMatchObject({ length: 17, badImages: 3 });
  expect([some.images.length, some.labels.length]).toEqual([17 * 192, 17]);
  const kept = range(20).filter((i) => ![0, 7, 19].includes(i));
  kept.forEach((i, n) => {
    expect(imageAt(some, n)).toEqual(imageAt(all, i));
  });
  writeFile(join(folder, 'small.png'), await pictureBytes(1, 'png', 4, 4));
  await expect(openOodSet(text, shapeOf(8), { onBadImage: 'skip' })).rejects.toThrow(/small\.png: expected at least 8/);
});

/** MNIST's format. */
function idxBytes(images: readonly (readonly number[])[], height: number, width: number): Buffer {
  const header = Buffer.alloc(16);
  [0x803, images.length, height, width].forEach((value, i) => {
    header.writeUInt32BE(value, 4 * i);
  });
  return Buffer.concat([header, Uint8Array.from(images.flat())]);
}

describe('images in files', () => {
  it('of the IDX format become three equal channels, resized, zipped or not', async () => {
    const folder = join(temporaryFolder(), 'mnist');
    const flat = new Array<number>(16).fill(200);
    const edge = range(16).map((i) => (i % 4 < 2 ? 0 : 240));
    const bytes = idxBytes([flat, edge], 4, 4);
    for (const [name, contents] of [
      ['t10k-images-idx3-ubyte', bytes],
      ['t10k-images-idx3-ubyte.gz', gzipSync(bytes)],
    ] as const) {
      writeFile(join(folder, name), contents);
      const set = await pixelsOf(join(folder, name), 8);
      expect(set).toMatchObject({ name: 'mnist', length: 2, channels: 3, height: 8, width: 8 });
      expect([...imageAt(set, 0)]).toEqual(new Array(192).fill(200));
      // Centers of the eight pixels lie a quarter and three quarters between those of the four.
      expect([...imageAt(set, 1).subarray(128, 136)]).toEqual([0, 0, 0, 60, 180, 240, 240, 240]);
    }
    writeFile(join(folder, 'cut-idx3-ubyte'), bytes.subarray(0, 30));
    await expect(pixelsOf(join(folder, 'cut-idx3-ubyte'), 8)).rejects.toThrow(/2 images of 4 x 4 bytes, got 14 bytes/);
    writeFile(join(folder, 'other-idx3-ubyte'), 'something else altogether');
    await expect(pixelsOf(join(folder, 'other-idx3-ubyte'), 8)).rejects.toThrow(/the IDX format .*got another file/);
    writeFile(join(folder, 'cut-idx3-ubyte.gz'), gzipSync(bytes).subarray(0, 20));
    await expect(pixelsOf(join(folder, 'cut-idx3-ubyte.gz'), 8)).rejects.toThrow(/a whole \.gz file/);
  });

  it('of records like CIFAR-10 are taken whatever their class, and resized for a network of another size', async () => {
    const file = join(temporaryFolder(), 'textures.bin');
    const planes = [10, 20, 30].flatMap((value) => new Array<number>(1024).fill(value));
    writeFile(file, Uint8Array.from([...[200, ...planes], ...[3, ...planes]]));
    const set = await pixelsOf(file, 32);
    expect(set).toMatchObject({ name: 'textures', length: 2, classes: ['unknown'] });
    expect([...set.labels]).toEqual([0, 0]);
    expect([...set.images]).toEqual([...planes, ...planes]);
    const small = await pixelsOf(file, 2, { limit: 1 });
    expect([...small.images]).toEqual([10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30]);
    await expect(pixelsOf(`${file}:seed=1`, 32)).rejects.toThrow(/expected no options for this file/);
  });

  it('of a set that can be learned are its test images, drawn at the size of the network', async () => {
    const set = await pixelsOf('shapes:train=4,test=6', 16);
    expect(set).toMatchObject({ name: 'shapes', length: 6, height: 16, classes: ['unknown'] });
    expect(set.boxes).toBeUndefined();
    expect([...set.labels]).toEqual(new Array(6).fill(0));
  });
});

it('says what is not there, what is not known, and what was probably meant', async () => {
  const folder = temporaryFolder();
  const cases = {
    unifrom:
      /out-of-distribution set: expected uniform, .*got 'unifrom', which does not exist; did you mean 'uniform'\?/,
    'uniform:image=3': /uniform: unknown option 'image'; did you mean 'images'\?/,
    'uniform:images=0': /uniform: expected images to be a whole number of at least 1, got 0/,
    [folder]: /got a folder without pictures/,
  };
  for (const [text, message] of Object.entries(cases)) {
    await expect(openOodSet(text, shapeOf(8))).rejects.toThrow(message);
  }
  writeFile(join(folder, 'a.png'), await pictureBytes(1, 'png'));
  await expect(openOodSet(`${folder}:fit=windows`, shapeOf(8))).rejects.toThrow(
    /unknown value of fit 'windows'; did you mean 'window'/,
  );
  await expect(openOodSet(folder, { ...shapeOf(8), channels: 1 })).rejects.toThrow(/a network of 3 channels, got 1/);
});

const data = process.env.PATCHWORK_DATA ?? '';
const tiny = join(data, 'tiny-imagenet-200');
const textures = join(data, 'dtd32', 'textures.bin');

describe('real sets (skipped unless PATCHWORK_DATA names a folder with tiny-imagenet-200, dtd32 and CIFAR-10)', () => {
  it.skipIf(data === '' || !existsSync(tiny))(
    'Tiny ImageNet has 10,000 pictures; windows are theirs to the byte',
    async () => {
      const all = await openOodSet(tiny, shapeOf(32));
      expect([all.name, all.length]).toEqual(['tiny-imagenet-200 (stretch)', 10_000]);
      const whole = await openOodSet(tiny, shapeOf(64), { limit: 20 });
      const windows = await pixelsOf(`${tiny}:fit=window`, 32, { limit: 20 });
      expect(windows.name).toBe('tiny-imagenet-200 (window)');
      const pictures = await readImages(whole, range(20));
      for (const index of range(20)) {
        expect(holdsWindow(imageOf(pictures, index, 'NCHW'), imageAt(windows, index))).toBe(true);
      }
    },
  );

  it.skipIf(data === '' || !existsSync(textures))(
    'textures and CIFAR-10 have the published numbers of images',
    async () => {
      expect((await pixelsOf(textures, 32)).length).toBe(1200);
      const cifar = await pixelsOf(join(data, 'cifar-10-batches-bin'), 32);
      expect([cifar.name, cifar.length]).toEqual(['CIFAR-10', 10_000]);
    },
  );
});

/** Whether planes of 64 x 64 hold those of 32 x 32 at some place, the same in all channels. */
function holdsWindow(picture: Uint8Array, window: Uint8Array): boolean {
  const places = range(33 * 33).map((i) => [Math.floor(i / 33), i % 33] as const);
  return places.some(([top, left]) =>
    window.every((value, i) => {
      const [channel, y, x] = [i >> 10, (i >> 5) & 31, i & 31];
      return value === picture[channel * 4096 + (top + y) * 64 + left + x];
    }),
  );
}
