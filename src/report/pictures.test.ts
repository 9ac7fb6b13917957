import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { openData } from '../data/index.ts';
import { openTestPictures, pictureUri, testPictures } from './pictures.ts';

async function photos() {
  const folder = temporaryFolder();
  const names = ['a', 'b'].flatMap((name) => [`train/${name}/0.png`, `test/${name}/0.png`]);
  await writePictures(folder, names);
  writeFile(join(folder, 'test', 'b', '0.png'), 'no picture');
  return (await openData(`${folder}:size=16`)).test;
}

it('a picture that cannot be read, or has more pixels than the limit, has no place on a page', async () => {
  const set = await photos();
  const found = await Promise.all([0, 1].map(testPictures(set).pixelsOf));
  expect(found[0]).toMatchObject({ height: 16, width: 16 });
  expect(found[0]!.data).toHaveLength(3 * 16 * 16);
  expect(found[1]).toBeUndefined();
  expect(await testPictures(set, { limitPixels: 40 * 30 - 1 }).pixelsOf(0)).toBeUndefined();
  expect(await testPictures(set, { limitPixels: 40 * 30 }).pixelsOf(0)).toEqual(found[0]);
});

it('a small picture is on the page as it is, to the byte, a gray one as gray', async () => {
  const bytesOf = async (uri: string) => {
    const [, base64] = /^data:image\/webp;base64,(.*)$/.exec(uri)!;
    return [...(await sharp(Buffer.from(base64!, 'base64')).removeAlpha().raw().toBuffer())];
  };
  const color = { data: Uint8Array.of(10, 20, 30, 40, 50, 60), height: 1, width: 2 };
  expect(await bytesOf(await pictureUri(color))).toEqual([10, 30, 50, 20, 40, 60]);
  expect(await bytesOf(await pictureUri({ ...color, data: Uint8Array.of(7, 9) }))).toEqual([7, 7, 7, 9, 9, 9]);
});

it('numbers count the pictures that were measured: one that was trained on has none', async () => {
  const folder = temporaryFolder();
  await writePictures(folder, ['train/a/0.png', 'train/b/0.png', 'test/a/0.png', 'test/b/0.png']);
  const run = join(temporaryFolder(), 'run');
  await train(smallConfig({ data: `${folder}:size=16`, mix: 'none', batchSize: 2, epochs: 1 }), { run });
  const other = temporaryFolder();
  await writePictures(other, ['train/a/9.png', 'train/b/9.png', 'test/a/7.png', 'test/a/8.png', 'test/b/9.png']);
  copyFileSync(join(folder, 'train', 'a', '0.png'), join(other, 'test', 'a', '7.png'));
  const data = `${other}:size=16`;
  const { pictures } = await openTestPictures(run, data);
  const all = testPictures((await openData(data)).test);
  expect(pictures!.images.length).toBe(2);
  expect(await pictures!.pixelsOf(0)).toEqual(await all.pixelsOf(1));
  expect(await pictures!.pixelsOf(0)).not.toEqual(await all.pixelsOf(0));
});

it('where there is no run, the reason is said', async () => {
  const { pictures, missing } = await openTestPictures('runs/nowhere');
  expect(pictures).toBeUndefined();
  expect(missing).toEqual([expect.stringContaining('runs/nowhere')]);
});
