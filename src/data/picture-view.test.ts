import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import type { EncodedPictures, LabeledImages } from './dataset.ts';
import { createLoader } from './loader/loader.ts';
import { imageOf, readImages } from './loader/read-images.ts';
import { evaluationView } from './picture-view.ts';
import { openData } from './sets/open-data.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-view-'));
const folder = join(root, 'photos');

beforeAll(async () => {
  await writePictures(folder, ['a/2.jpg', 'b/1.jpg', 'b/2.jpg']);
  writeFile(join(folder, 'a', '1.png'), await blackThenWhite());
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** 400 x 100 pixels, the left quarter black. */
function blackThenWhite() {
  const data = Uint8Array.from({ length: 400 * 100 * 3 }, (_, i) => (Math.floor(i / 3) % 400 < 100 ? 0 : 255));
  return sharp(data, { raw: { width: 400, height: 100, channels: 3 } })
    .png()
    .toBuffer();
}

async function open(options: string): Promise<PictureSet> {
  return (await openData(`${folder}:testShare=0.5,${options}`)).train as PictureSet;
}

/** The first row of the black and white picture as evaluation sees it. */
async function rowOf(options: string): Promise<number[]> {
  const { train, test } = await openData(`${folder}:testShare=0.5,${options}`);
  const set = [train, test].find((part) => 'pictures' in part && part.pictures.some(({ path }) => /1\.png/.test(path)));
  const index = (set as PictureSet).pictures.findIndex(({ path }) => path.endsWith('1.png'));
  return [...imageOf(await readImages(set!, [index]), 0, 'NCHW').subarray(0, set!.width)];
}

it('a stretched picture is seen whole up to 64 pixels; cropped, the sides of a long one are not', async () => {
  const stretched = await rowOf('size=32,fit=stretch');
  // The step lies between columns 8 and 9 and is smoothed over the pixels beside it.
  expect([...stretched.slice(0, 7), ...stretched.slice(9)]).toEqual([...Array(7).fill(0), ...Array(23).fill(255)]);
  expect(await rowOf('size=32,fit=crop')).toEqual(Array(32).fill(255));
});

it('at larger sizes a border of 1/16 of the stretched picture is left out', async () => {
  // 224 of 256 pixels are seen, of which the left 64 - 16 are black.
  const row = await rowOf('size=224,fit=stretch');
  expect(row.slice(0, 47)).toEqual(Array(47).fill(0));
  expect(row.slice(49)).toEqual(Array(175).fill(255));
});

it('cropping is the default', async () => {
  expect((await open('size=32')).fit).toBe('crop');
  expect(await rowOf('size=96')).toEqual(await rowOf('size=96,fit=crop'));
});

it('threads stretch as the main one does, in training and in evaluation, and training varies what it sees', async () => {
  const set = await open('size=96,fit=stretch');
  const batchOf = async (workers: number, augment?: { padding: number; flip: boolean }, epoch = 0) => {
    const loader = createLoader(set, { batchSize: 2, shuffle: false, seed: 1, workers, augment });
    for await (const { images } of loader.batches(epoch)) {
      await loader.close();
      return images;
    }
    throw new Error('no batch');
  };
  const augment = { padding: 0, flip: true };
  const [seen, varied] = [await batchOf(0), await batchOf(0, augment)];
  expect(await batchOf(1)).toEqual(seen);
  expect(await batchOf(1, augment)).toEqual(varied);
  expect(varied).not.toEqual(seen);
  expect(await batchOf(0, augment, 1)).not.toEqual(varied);
});

it('another word than crop or stretch is an error that names the nearest', async () => {
  await expect(open('fit=strech')).rejects.toThrow(
    /photos: unknown value of fit 'strech'; did you mean 'stretch'\? Valid: crop, stretch/,
  );
});

it('evaluation shows the share that data asks for, rounded as timm does', async () => {
  // 20 of floor(20 / 0.5) = 40 pixels, of which the left 10 are black and 10 are cut off.
  expect(await rowOf('size=20,fit=stretch,cropShare=0.5')).toEqual((await rowOf('size=40,fit=stretch')).slice(10, 30));
  expect(await rowOf('size=224,fit=stretch,cropShare=0.875')).toEqual(await rowOf('size=224,fit=stretch'));
  expect(await rowOf('size=32,cropShare=1')).toEqual(await rowOf('size=32'));
  const picture = { width: 500, height: 400 };
  const resized = (size: number, cropShare?: number) =>
    evaluationView({ height: size }, 'crop', cropShare)(picture).resized;
  // timm's Resize of floor(224 / 0.95) = 235 and floor(288 / 0.9) = 320.
  expect([resized(224, 0.95), resized(288, 0.9), resized(224)]).toEqual([
    { width: 293, height: 235 },
    { width: 400, height: 320 },
    { width: 320, height: 256 },
  ]);
  for (let size = 65; size <= 1024; size++) expect(resized(size).height).toBe(Math.floor((size * 256) / 224));
});
