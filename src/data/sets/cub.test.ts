import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import { imageBoxes } from '../boxes/image-boxes.ts';
import type { DataParts, EncodedPictures, LabeledImages } from '../dataset.ts';
import { subset } from '../subset.ts';
import { openData } from './open-data.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-cub-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A part of the published data: of the second class no picture is listed. */
const published = {
  'images.txt': '1 001.Duck/a.jpg\n2 001.Duck/b.jpg\n7 003.Wren/a.jpg\n8 003.Wren/c.jpg\n',
  'classes.txt': '1 001.Duck\n2 002.Owl\n3 003.Wren\n',
  'image_class_labels.txt': '1 1\n2 1\n7 3\n8 3\n',
  'train_test_split.txt': '1 1\n2 0\n7 1\n8 0\n',
  'bounding_boxes.txt': '1 60.0 27.0 325.0 304.0\n2 1.5 2.0 3.0 4.0\n7 0.0 0.0 5.0 6.0\n8 9.0 8.0 7.0 6.0\n',
};

/** The data with some lines replaced. */
function folderOf(name: string, changes: Partial<Record<keyof typeof published, readonly [string, string]>> = {}) {
  const folder = join(root, name);
  for (const [file, text] of Object.entries(published)) {
    const [before, after] = changes[file as keyof typeof published] ?? ['', ''];
    writeFile(join(folder, file), text.replace(before, after));
  }
  for (const line of published['images.txt'].trim().split('\n')) {
    writeFile(join(folder, 'images', line.split(' ')[1]!), '');
  }
  return folder;
}

async function open(folder: string): Promise<DataParts<PictureSet>> {
  return (await openData(folder)) as DataParts<PictureSet>;
}

describe('CUB-200-2011 as it is published', () => {
  it('gives the published parts, the classes that occur by their published names, and a box for each picture', async () => {
    const folder = folderOf('CUB_200_2011');
    const { train, test } = await open(folder);
    expect(train.name).toBe('CUB_200_2011');
    expect([train.classes, test.classes]).toEqual([
      ['001.Duck', '003.Wren'],
      ['001.Duck', '003.Wren'],
    ]);
    const paths = (set: PictureSet) => set.pictures.map(({ path }) => path.slice(folder.length + 1));
    expect(paths(train)).toEqual(['images/001.Duck/a.jpg', 'images/003.Wren/a.jpg']);
    expect(paths(test)).toEqual(['images/001.Duck/b.jpg', 'images/003.Wren/c.jpg']);
    expect([[...train.labels], [...test.labels]]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect((await train.boxes!()).boxes).toEqual([[[60, 27, 385, 331]], [[0, 0, 5, 6]]]);
    expect((await test.boxes!()).boxes).toEqual([[[1.5, 2, 4.5, 6]], [[9, 8, 16, 14]]]);
  });

  it.each([
    [
      'images.txt',
      ['8 003', '7 003'],
      /images\.txt:4: expected every image once, got 7 again, first at .*images\.txt:3/,
    ],
    ['images.txt', ['/c.jpg', '/d.jpg'], /images\.txt:4: expected a picture at .*003\.Wren.d\.jpg, got none; put it/],
    ['images.txt', ['7 003', '7003'], /images\.txt:3: expected 'image path', got '7003.Wren\/a.jpg'; correct the line/],
    ['images.txt', ['7 003', '6 003'], /images\.txt:3: expected an image of image_class_labels.txt, got '6', which is/],
    [
      'image_class_labels.txt',
      ['7 3', '7 4'],
      /labels\.txt:3: expected a class of classes.txt, got '4', which is none/,
    ],
    ['train_test_split.txt', ['7 1', '7 2'], /split\.txt:3: expected 1 for training or 0, got '2'/],
    [
      'train_test_split.txt',
      [/^.*$/s as never, '1 1\n2 1\n7 1\n8 1'],
      /expected pictures to train on.*got only 1; take/,
    ],
    ['bounding_boxes.txt', ['2 1.5', '3 1.5'], /images\.txt:2: expected an image of bounding_boxes.txt, got '2'/],
    ['bounding_boxes.txt', ['325.0 304.0', '325.0'], /boxes\.txt:1: expected 'image x y width height', got '1 60.0 27/],
    ['bounding_boxes.txt', ['3.0 4.0', '0.0 4.0'], /boxes\.txt:2: expected a box of positive width and height, got/],
    ['bounding_boxes.txt', ['3.0 4.0', '-3.0 4.0'], /got corners \(1\.5, 2\) and \(-1\.5, 6\); correct or remove it/],
    ['bounding_boxes.txt', ['3.0 4.0', 'three 4.0'], /boxes\.txt:2: expected a box of positive .* and \(NaN, 6\)/],
  ] as const)('%s that is not is an error that names the line (%s)', async (file, change, message) => {
    const folder = folderOf(`bad ${file} ${String(change[1])}`.replaceAll(/[^\w.-]/g, '_'), { [file]: change });
    await expect(open(folder)).rejects.toThrow(message);
  });

  it('a list that is missing is an error that names it', async () => {
    const folder = folderOf('incomplete');
    rmSync(join(folder, 'bounding_boxes.txt'));
    await expect(open(folder)).rejects.toThrow(
      /bounding_boxes\.txt: expected a text file that can be read, got ENOENT/,
    );
  });
});

const real = process.env.PATCHWORK_DATA && join(process.env.PATCHWORK_DATA, 'CUB_200_2011');

describe.skipIf(!real)('the photographs of 10 classes in PATCHWORK_DATA (skipped without it)', () => {
  it('have the official parts, and a box that shows in every image, whichever way it is shown', async () => {
    const { train, test } = await open(real!);
    expect([train.length, test.length, train.classes.length]).toEqual([300, 243, 10]);
    for (const fit of ['crop', 'stretch'] as const) {
      for (let index = 0; index < test.length; index++) {
        const [[x1, y1, x2, y2], ...others] = (await imageBoxes({ ...test, fit }, index)) as [
          [number, number, number, number],
        ];
        expect(others).toEqual([]);
        expect(x1 >= 0 && y1 >= 0 && x1 < x2 && y1 < y2 && x2 <= 224 && y2 <= 224).toBe(true);
      }
    }
  });

  it('keep their boxes in a subset', async () => {
    const { test } = await open(real!);
    const few = subset(test, 20, 3);
    const [some, all] = [await few.boxes!(), await test.boxes!()];
    few.pictures.forEach((picture, i) => {
      expect(some.boxes[i]).toBe(all.boxes[test.pictures.indexOf(picture)]);
    });
  });
});
