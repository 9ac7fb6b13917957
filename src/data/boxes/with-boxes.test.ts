import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFile, writePictures } from '../../../tests/support/pictures.ts';
import type { EncodedPictures, LabeledImages } from '../dataset.ts';
import { imageFolder } from '../sets/image-folder.ts';
import { openShapes } from '../sets/shapes.ts';
import { subset } from '../subset.ts';
import { imageBoxes } from './image-boxes.ts';
import { withBoxes } from './with-boxes.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-with-boxes-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

await writePictures(join(root, 'photos'), [
  'train/n1/t1.JPEG',
  'train/n2/t2.JPEG',
  'val/n1/v1.JPEG',
  'val/n2/v2.JPEG',
  'val/n2/v3.JPEG',
]);

function folderOf(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) writeFile(join(root, name, path), text);
  return join(root, name);
}

const test = async () => (await imageFolder.open(join(root, 'photos'))).test;

/** The boxes of each picture by its file's name. */
async function byName({ pictures, boxes }: LabeledImages<EncodedPictures>) {
  const all = (await boxes!()).boxes;
  return Object.fromEntries(pictures.map(({ path }, i) => [path.slice(path.lastIndexOf('/') + 1), all[i]]));
}

function object(name: string, [xmin, ymin, xmax, ymax]: readonly [number, number, number, number], more = '') {
  return `<object><name>${name}</name>${more}
<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin>
<xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
}

const annotation = (...objects: string[]) => `<annotation>\n${objects.join('\n')}\n</annotation>`;

describe("PASCAL VOC's XML", () => {
  it('counts pixels from 1 and includes the last; objects of other classes, known or not, parts and other files are passed over', async () => {
    const part = '<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>';
    const folder = folderOf('xml', {
      'val/v1.xml': annotation(
        object('person', [2, 2, 8, 8]),
        object('n1', [1, 2, 3, 4], part),
        object('n2', [1, 1, 9, 9]),
        object('n1', [5, 5, 5, 5]),
      ),
      'deep/er/v3.XML': annotation(object('n2', [10, 20, 40, 30])),
      'unknown.xml': 'not read',
      'readme.txt': '',
    });
    expect(await byName(await withBoxes(await test(), folder))).toEqual({
      'v1.JPEG': [
        [0, 1, 3, 4],
        [4, 4, 5, 5],
      ],
      'v2.JPEG': [],
      'v3.JPEG': [[9, 19, 40, 30]],
    });
  });

  it('that was drawn on the picture at another size is scaled with it; one without a size is of the picture as it is', async () => {
    const size = '<size><width>80</width><height>60</height><depth>3</depth></size>';
    const folder = folderOf('larger', {
      'v1.xml': annotation(size, object('n1', [21, 16, 40, 30])),
      'v2.xml': annotation('<size><width>0</width><height>0</height></size>', object('n2', [21, 16, 40, 30])),
    });
    const set = { ...(await withBoxes(await test(), folder)), height: 40, width: 40, fit: 'stretch' as const };
    // The pictures have 40 x 30 pixels.
    expect(await imageBoxes(set, 0)).toEqual([[10, 10, 20, 20]]);
    expect(await imageBoxes(set, 1)).toEqual([[20, 20, 40, 40]]);
  });

  it('in a folder Annotations beside train is read for the pictures to measure on', async () => {
    const paths = ['train/n1/1.jpg', 'train/n2/2.jpg', 'val/n1/3.jpg', 'val/n2/4.jpg'];
    await writePictures(join(root, 'net'), paths);
    const boxesOf = async () => (await (await imageFolder.open(join(root, 'net'))).test.boxes?.())?.boxes;
    expect(await boxesOf()).toBeUndefined();
    folderOf('net', { 'annotations/notes.txt': '' });
    expect(await boxesOf()).toEqual([[], []]);
    folderOf('net', { 'annotations/val/4.xml': annotation(object('n2', [1, 1, 2, 2])) });
    expect(await boxesOf()).toEqual([[], [[0, 0, 2, 2]]]);
  });

  it('is read when boxes are asked for, not by opening the data or taking a part of it', async () => {
    const paths = ['train/n1/1.jpg', 'train/n2/2.jpg', 'val/n1/3.jpg', 'val/n2/4.jpg'];
    await writePictures(join(root, 'late'), paths);
    folderOf('late', { 'Annotations/4.xml': 'no XML yet' });
    const source = await imageFolder.open(join(root, 'late'));
    const one = subset(source.test, 1, 0);
    await expect(one.boxes!()).rejects.toThrow(/4\.xml:1:1: expected XML/);
    folderOf('late', { 'Annotations/4.xml': annotation(object('n2', [1, 1, 2, 2])) });
    const boxes = await byName(source.test);
    expect(boxes).toEqual({ '3.jpg': [], '4.jpg': [[0, 0, 2, 2]] });
    expect((await one.boxes!()).boxes).toEqual(one.pictures.map(({ path }) => boxes[path.slice(-5)]!));
    expect(await source.test.boxes!()).toBe(await source.test.boxes!());
  });

  it.each([
    [
      'broken',
      '<annotation>\n<object></annotation>',
      /v1\.xml:2:9: expected XML, got Missing end tag for element object$/,
    ],
    ['of something else', '<html></html>', /v1\.xml:1: expected <annotation> around everything, got <html>$/],
    [
      'nameless',
      annotation('<object></object>'),
      /v1\.xml:2: expected one <bndbox> in <object>, got 0; correct the file/,
    ],
    [
      'cornerless',
      annotation('', '<object><name>n1</name><bndbox/></object>'),
      /v1\.xml:3: expected one <xmin> in <bndbox>/,
    ],
    [
      'empty',
      annotation(object('n1', [4, 1, 3, 2])),
      /v1\.xml:3: expected a box of positive width .* \(3, 0\) and \(3, 2\)/,
    ],
    ['wordy', annotation(object('n1', ['one' as never, 1, 3, 2])), /v1\.xml:3: expected a box of .* \(NaN, 0\)/],
    [
      'strange',
      annotation(object('n22', [1, 1, 3, 2])),
      /v1\.xml:2: expected one of the 2 classes of photos, got 'n22'; did/,
    ],
  ])('that is %s is an error that names file and line', async (name, text, message) => {
    await expect(withBoxes(await test(), folderOf(name, { 'v1.xml': text }))).rejects.toThrow(message);
  });
});

const metadata = {
  'image_ids.txt': 'val/v2.JPEG\nval/v1.JPEG\n',
  // The pictures have 40 x 30 pixels.
  'image_sizes.txt': 'val/v1.JPEG,40,30\nval/v2.JPEG,80,90\n',
  'localization.txt': 'val/v1.JPEG,1,2,3,4\nval/v2.JPEG,8,9,16,45\nval/v1.JPEG,0,0,40,30\n',
};

describe("wsolevaluation's metadata", () => {
  it('gives boxes to the pictures that it lists, with the size that these were drawn on', async () => {
    const set = await withBoxes(await test(), folderOf('wsol', metadata));
    expect(await byName(set)).toEqual({
      'v1.JPEG': [
        [1, 2, 3, 4],
        [0, 0, 40, 30],
      ],
      'v2.JPEG': [[8, 9, 16, 45]],
      'v3.JPEG': [],
    });
    expect((await set.boxes!()).drawnAt).toEqual([{ width: 40, height: 30 }, { width: 80, height: 90 }, undefined]);
    // Of 80 x 90 pixels to 40 x 30, and that stretched to a square of 24.
    expect(await imageBoxes({ ...set, height: 24, width: 24, fit: 'stretch' }, 1)).toEqual([[2.4, 2.4, 4.8, 12]]);
  });

  it.each([
    ['image_sizes.txt', 'v2.JPEG', 'v4.JPEG', /ids\.txt:1: expected a picture of image_sizes.txt, got 'val\/v2/],
    [
      'image_ids.txt',
      'v2.JPEG',
      'v1.JPEG',
      /ids\.txt:2: expected every id once, got val\/v1\.JPEG again, first at .*:1/,
    ],
    ['image_ids.txt', 'val/v2.JPEG\n', '', /localization\.txt:2: expected a picture of image_ids.txt, got 'val\/v2/],
    ['image_sizes.txt', '80', '0', /sizes\.txt:2: expected a whole number of at least 1, got '0'/],
    ['localization.txt', ',16,', ',8,', /localization\.txt:2: expected a box of positive width and height, got/],
    ['localization.txt', ',16,', ',', /localization\.txt:2: expected 'id,x1,y1,x2,y2', got 'val\/v2\.JPEG,8,9,45'/],
  ] as const)('is an error where %s has not %s but %s', async (file, before, after, message) => {
    const folder = folderOf(`wsol-${message.source.replaceAll(/\W/g, '')}`, {
      ...metadata,
      [file]: metadata[file].replace(before, after),
    });
    await expect(withBoxes(await test(), folder)).rejects.toThrow(message);
  });

  it('about a picture that is not in the set is an error', async () => {
    const other = Object.entries(metadata).map(([file, text]) => [file, text.replaceAll('v2', 'v9')]);
    await expect(withBoxes(await test(), folderOf('other', Object.fromEntries(other)))).rejects.toThrow(
      /ids\.txt:1: expected pictures of photos test, got val\/v9\.JPEG, which is none of its 3; take the metadata of this/,
    );
  });
});

describe('a picture is recognized', () => {
  const paths = ['train/n1/1.jpg', 'train/n2/1.jpg', 'val/n1/1.jpg', 'val/n2/1.png', 'val/n2/2.jpg'];
  const box = (x: number) => annotation(object('n1', [x, 1, 9, 9]), object('n2', [x, 1, 9, 9]));
  const open = async () => {
    await writePictures(join(root, 'same'), paths);
    return (await imageFolder.open(join(root, 'same'))).test;
  };

  it('by its name where no other has it, else by the whole path in the annotations', async () => {
    const folder = folderOf('paths', {
      'n1/1.xml': box(1),
      'n2/1.xml': box(2),
      'elsewhere/2.xml': box(3),
    });
    const set = await withBoxes(await open(), folder);
    const { boxes } = await set.boxes!();
    expect(set.pictures.map(({ path }, i) => `${path.slice(-8)} ${boxes[i]![0]![0]}`)).toEqual([
      'n1/1.jpg 0',
      'n2/1.png 1',
      'n2/2.jpg 2',
    ]);
  });

  it('never by less: a file of a picture elsewhere is not taken for this one', async () => {
    const folder = folderOf('less', { 'train/n1/1.xml': box(1), 'train/n2/1.xml': box(2), '2.xml': box(3) });
    const { boxes } = await (await withBoxes(await open(), folder)).boxes!();
    expect(boxes.map(({ length }) => length)).toEqual([0, 0, 1]);
  });

  it('once: a path of two pictures, and a picture of two paths, are errors', async () => {
    const both = folderOf('both', { '1.xml': box(1) });
    await expect(withBoxes(await open(), both)).rejects.toThrow(
      /both.1\.xml: expected 1\.xml to mean one picture, got .*n1.1\.jpg and .*n2.1\.png; rename one/,
    );
    const twice = folderOf('twice', { 'n2/2.xml': box(1), 'val/n2/2.xml': box(1) });
    await expect(withBoxes(await open(), twice)).rejects.toThrow(
      /val.n2.2\.xml: expected .*2\.jpg once, got it at .*twice.n2.2\.xml already; remove one of the two/,
    );
  });
});

describe('no boxes for this set is an error', () => {
  it('a folder without any, or that is not there', async () => {
    const folder = folderOf('none', { 'v9.xml': '' });
    await expect(withBoxes(await test(), folder)).rejects.toThrow(
      /none: expected image_ids\.txt .* got neither; correct/,
    );
    await expect(withBoxes(await test(), join(root, 'nowhere'))).rejects.toThrow(
      /expected a folder with boxes, got nothing/,
    );
  });

  it('images in memory', async () => {
    const shapes = (await openShapes({ size: 16, train: 1, test: 1, workers: 0 })).test;
    await expect(withBoxes(shapes, root)).rejects.toThrow(
      /expected boxes for pictures, got shapes test, whose images are/,
    );
  });
});
