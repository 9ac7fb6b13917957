import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFile, writePictures } from '../../../tests/support/pictures.ts';
import { temporaryFolder } from '../../../tests/support/small-training.ts';
import { imageNetNormalization } from '../images.ts';
import { dataset } from '../own-dataset.ts';
import type { PictureSource } from '../picture-location.ts';
import { createLoader } from './loader.ts';
import { type PictureBatch, pictureStream } from './picture-stream.ts';

const folder = temporaryFolder(afterAll);
const at = (name: string) => join(folder, name);
const paths = ['0.jpg', '1.png', '2.webp', '3.jpg', '4.jpg'].map(at);
const shown = { channels: 3, height: 16, width: 16, fit: 'stretch' } as const;

beforeAll(() => writePictures(folder, ['0.jpg', '1.png', '2.webp', '3.jpg', '4.jpg']));

async function collect(pictures: Iterable<PictureSource> | AsyncIterable<PictureSource>, size = 2, workers = 0) {
  const stream = pictureStream(shown, { workers });
  const found: PictureBatch[] = [];
  try {
    for await (const batch of stream.batches(pictures, size)) found.push(batch);
  } finally {
    await stream.close();
  }
  return found;
}

const sourcesOf = (names: readonly string[]) => names.map((path) => ({ path }));

it('has the bytes that a loader has for evaluation, with threads and without, of files and of bytes in memory', async () => {
  const { height, width, channels, fit } = shown;
  const set = dataset({
    ...{ name: 'five', part: 'test', height, width, channels, fit, normalization: imageNetNormalization },
    pictures: paths,
    target: (n: number) => n,
  });
  const loader = createLoader(set, { batchSize: 2, shuffle: false, seed: 0, workers: 0 });
  const expected = [];
  for await (const { images, indices, views, shape } of loader.batches(0)) {
    expected.push({ images, indices, views, shape });
  }
  const inMemory = paths.map((path) => ({ path, contents: new Uint8Array(readFileSync(path)) }));
  for (const made of [
    await collect(sourcesOf(paths)),
    await collect(sourcesOf(paths), 2, 2),
    await collect(inMemory),
  ]) {
    expect(made.map(({ images, indices, views, shape }) => ({ images, indices, views, shape }))).toEqual(expected);
  }
});

it('a picture that is no picture, and a file that is not there, are told in their batch, and leave the others', async () => {
  writeFile(at('text.jpg'), 'no picture');
  const made = await collect(sourcesOf([at('text.jpg'), paths[0]!, at('none.jpg'), at('none.png'), paths[1]!]), 2, 1);
  expect(made.map(({ indices, shape: [images] }) => [[...indices], images])).toEqual([
    [[1], 1],
    [[], 0],
    [[4], 1],
  ]);
  expect(made.flatMap(({ bad }) => bad)).toEqual([
    { index: 0, path: at('text.jpg'), reason: expect.stringMatching(/^expected a JPEG, PNG, WebP or TIFF/) as string },
    { index: 2, path: at('none.jpg'), reason: expect.stringMatching(/^expected a file that can be read/) as string },
    { index: 3, path: at('none.png'), reason: expect.stringMatching(/^expected a file that can be read/) as string },
  ]);
});

it('pixels are shown as the same picture in a file is: in color, gray, and over white where they are not opaque', async () => {
  for (const channels of [1, 3, 4] as const) {
    const data = Uint8Array.from({ length: 40 * 30 * channels }, (_, i) => (i * 37) % 256);
    const size = { height: 30, width: 40 };
    const png = await sharp(data, { raw: { ...size, channels } })
      .png()
      .toBuffer();
    const contents = { ...size, data, channels };
    const [fromPixels] = await collect([{ path: 'pixels', contents }], 1, 1);
    const [fromFile] = await collect([{ path: 'png', contents: new Uint8Array(png) }]);
    expect(fromPixels!.bad).toEqual([]);
    expect(fromPixels!.images).toEqual(fromFile!.images);
    const clamped = { ...contents, data: new Uint8ClampedArray(data), channels: undefined };
    expect((await collect([{ path: 'clamped', contents: clamped }]))[0]!.images).toEqual(fromFile!.images);
  }
});

it('pixels whose size is another than they say are a bad picture', async () => {
  const wrong = { data: new Uint8Array(10), height: 2, width: 2, channels: 3 };
  const [{ bad }] = (await collect([{ path: 'short', contents: wrong }])) as [PictureBatch];
  expect(bad[0]!.reason).toContain('got 10 bytes for 2 x 2 x 3');
  const floats = { ...wrong, data: new Float32Array(12) as unknown as Uint8Array };
  const [{ bad: alsoBad }] = (await collect([{ path: 'floats', contents: floats }])) as [PictureBatch];
  expect(alsoBad[0]!.reason).toContain('got Float32Array');
});

it('takes pictures from a source without end no further than a few batches ahead', async () => {
  let taken = 0;
  async function* endless() {
    for (;;) yield { path: paths[taken++ % paths.length]! };
  }
  const stream = pictureStream(shown, { workers: 1 });
  let seen = 0;
  for await (const { indices } of stream.batches(endless(), 2)) {
    expect([...indices]).toEqual([seen, seen + 1]);
    seen += 2;
    expect(taken - seen).toBeLessThanOrEqual(4);
    if (seen === 40) break;
  }
  await stream.close();
});

it('of images that are not in color there is none', () => {
  expect(() => pictureStream({ ...shown, channels: 1 })).toThrow('images in color (3 channels), got one of 1');
});
