import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureBytes, writeFile } from '../../../tests/support/pictures.ts';
import type { Box } from '../../geometry/index.ts';
import type { EncodedPictures, LabeledImages } from '../dataset.ts';
import { labeledPictures, type PictureOptions } from '../sets/labeled-pictures.ts';
import { openShapes } from '../sets/shapes.ts';
import { imageBoxes } from './image-boxes.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-boxes-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

writeFile(join(root, 'photo.jpg'), await pictureBytes(0, 'jpeg', 400, 300));
writeFile(join(root, 'photo.png'), await pictureBytes(0, 'png', 400, 300));
const onItsSide = sharp(await pictureBytes(0, 'jpeg', 300, 400)).withMetadata({ orientation: 6 });
writeFile(join(root, 'turned.jpg'), await onItsSide.toBuffer());
writeFile(join(root, 'broken.jpg'), 'no picture');

type PictureSet = LabeledImages<EncodedPictures>;

function setOf(boxes: readonly Box[], chosen: Partial<PictureOptions>, file = 'photo.jpg'): PictureSet {
  const options = { size: 224, fit: 'crop' as const, seed: 0, ...chosen };
  const [known, other] = [{ path: join(root, file) }, { path: join(root, 'photo.png') }];
  const pictures = new Map([
    ['a', [known]],
    ['b', [other]],
  ]);
  return labeledPictures(root, 'photos', { train: pictures, test: pictures, boxes: new Map([[known, boxes]]) }, options)
    .test;
}

const box: Box = [100, 75, 200, 225];

describe('a box of a picture of 400 x 300 pixels', () => {
  // Cropped, 224 is the middle of 341 x 256 from (58, 16) on, and 32 that of 42 x 32 from (5, 0) on.
  // Stretched, 224 is the middle of 256 x 256 from (16, 16) on, and 32 is all.
  it.each([
    ['crop', 224, [100 * (341 / 400) - 58, 48, 200 * (341 / 400) - 58, 176]],
    ['crop', 32, [5.5, 8, 16, 24]],
    ['stretch', 224, [48, 48, 112, 176]],
    ['stretch', 32, [8, 8, 16, 24]],
  ] as const)('is where %s puts it at size %i', async (fit, size, expected) => {
    for (const file of ['photo.jpg', 'photo.png', 'turned.jpg']) {
      const [found, ...rest] = await imageBoxes(setOf([box], { fit, size }, file), 0);
      expect(rest).toEqual([]);
      found!.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 10);
      });
    }
  });

  it('is clipped to what is seen, and left out where nothing of it is', async () => {
    const cutAway: Box = [0, 0, 60, 300];
    const set = setOf([[-1, 0, 401, 302], cutAway, box], { size: 224 });
    const [whole, second, ...rest] = await imageBoxes(set, 0);
    expect(whole).toEqual([0, 0, 224, 224]);
    expect(second![1]).toBe(48);
    expect(rest).toEqual([]);
    expect(await imageBoxes(setOf([cutAway], { size: 224, fit: 'stretch' }), 0)).toHaveLength(1);
  });
});

it('a picture of which no box is known has none', async () => {
  expect(await imageBoxes(setOf([box], {}), 1)).toEqual([]);
});

it('images in memory have the boxes that they were drawn with', async () => {
  const { test } = await openShapes({ size: 24, train: 1, test: 5, workers: 0 });
  expect(await imageBoxes(test, 3)).toEqual((await test.boxes!()).boxes[3]);
});

describe('what cannot be answered is an error that says why', () => {
  it('a box beyond the picture', async () => {
    await expect(imageBoxes(setOf([[300, 75, 480, 225]], {}), 0)).rejects.toThrow(
      /photo\.jpg: expected its boxes inside of its 400 x 300 pixels, got corners \(300, 75\) and \(480, 225\); were they/,
    );
  });

  it('data without boxes, an image that is not there, and a file that is no picture', async () => {
    const { boxes: _, ...without } = setOf([box], {});
    await expect(imageBoxes(without, 0)).rejects.toThrow(
      /expected data with ground-truth boxes, got photos test; give it some/,
    );
    await expect(imageBoxes(setOf([box], {}), 2)).rejects.toThrow('expected an image in 0..1 of photos test, got 2');
    await expect(imageBoxes(setOf([box], {}, 'broken.jpg'), 0)).rejects.toThrow(
      /broken\.jpg: expected a JPEG, PNG, WebP or TIFF/,
    );
  });
});
