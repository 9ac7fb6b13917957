import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureBytes, writeFile } from '../../../tests/support/pictures.ts';
import type { Box, Size } from '../../geometry/index.ts';
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

// Marked on white, so that where it is does not depend on how it is turned.
const marked: Box = [10, 20, 50, 30];
const asStored = { width: 120, height: 80 };
const [left, top, right, bottom] = marked;
const mark = await sharp({ create: { width: right - left, height: bottom - top, channels: 3, background: '#000' } })
  .png()
  .toBuffer();
const stored = await sharp({ create: { ...asStored, channels: 3, background: '#fff' } })
  .composite([{ input: mark, left, top }])
  .png()
  .toBuffer();
const asSeen = { width: 80, height: 120 };

describe('a box of a picture that its EXIF data turn', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i: is where the picture shows it', async (orientation) => {
    const file = `exif-${orientation}.png`;
    writeFile(join(root, file), await sharp(stored).withMetadata({ orientation }).png().toBuffer());
    const set = setOf([], { size: 8, fit: 'stretch' }, file);
    const seen = orientation >= 5 ? asSeen : asStored;
    const { data, info } = await sharp(join(root, file)).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject(seen);
    const dark = [...data].flatMap((value, i) => (value < 128 ? [Math.floor(i / info.channels)] : []));
    const [xs, ys] = [dark.map((i) => i % seen.width), dark.map((i) => Math.floor(i / seen.width))];
    const shown: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    const inImage = (box: Box, size: Size) => box.map((value, i) => (value * 8) / (i % 2 ? size.height : size.width));
    const found = async (box: Box, drawnAt: Size) => {
      const boxes = { boxes: [[box], []], drawnAt: [drawnAt, undefined] };
      return imageBoxes({ ...set, boxes: async () => boxes }, 0);
    };
    const close = (boxes: Box[], expected: number[]) => {
      expect(boxes).toHaveLength(1);
      for (const [i, value] of boxes[0]!.entries()) expect(value).toBeCloseTo(expected[i]!, 10);
    };
    // Drawn on what is seen, of its size or of half of it.
    close(await found(shown, seen), inImage(shown, seen));
    const half = { width: seen.width / 2, height: seen.height / 2 };
    close(await found(shown.map((value) => value / 2) as unknown as Box, half), inImage(shown, seen));
    // Drawn on what is stored, which only a size that lies where the picture stands can tell.
    if (orientation < 5) return;
    close(await found(marked, asStored), inImage(shown, seen));
    close(await found([5, 10, 25, 15], { width: 60, height: 40 }), inImage(shown, seen));
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
