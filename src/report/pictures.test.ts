import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
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

it('where there is no run, the reason is said', async () => {
  const { pictures, missing } = await openTestPictures('runs/nowhere');
  expect(pictures).toBeUndefined();
  expect(missing).toEqual([expect.stringContaining('runs/nowhere')]);
});
