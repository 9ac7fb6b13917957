import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import type { EncodedPictures, LabeledImages } from '../dataset.ts';
import { imageFolder } from './image-folder.ts';
import { dataLocation, openData } from './open-data.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-folders-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Opening reads names alone, so empty files serve as pictures. */
function folderOf(name: string, paths: readonly string[]): string {
  const folder = join(root, name);
  for (const path of paths) writeFile(join(folder, path), '');
  return folder;
}

const listed = (folder: string, { pictures, labels, classes }: PictureSet) =>
  pictures.map(({ path }, i) => `${relative(folder, path)} is ${classes[labels[i]!]}`);

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}.jpg`);

describe('the layout of ImageNet', () => {
  it.each(['val', 'valid', 'validation', 'test'])(
    'train and %s give the two parts, in the order of names',
    async (val) => {
      const folder = folderOf(`net-${val}`, ['train/b/2.JPEG', 'train/b/10.png', 'train/a/x.WebP', `${val}/b/1.jpg`]);
      const { train, test } = await imageFolder.open(folder);
      expect(train.classes).toEqual(['a', 'b']);
      expect(listed(folder, train)).toEqual(['train/a/x.WebP is a', 'train/b/10.png is b', 'train/b/2.JPEG is b']);
      expect(listed(folder, test)).toEqual([`${val}/b/1.jpg is b`]);
      expect([train.name, train.part, test.part, train.length, test.length]).toEqual([
        `net-${val}`,
        'train',
        'test',
        3,
        1,
      ]);
      expect([train.channels, train.height, train.width]).toEqual([3, 224, 224]);
      expect(train.normalization.mean).toEqual([0.485, 0.456, 0.406]);
    },
  );

  it('pictures to measure on that are in no class folders are an error, unless there are others', async () => {
    const train = ['train/a/1.jpg', 'train/a/2.jpg', 'train/b/1.jpg', 'train/b/2.jpg'];
    const flat = folderOf('flat', [...train, 'val/1.JPEG', 'val/2.JPEG']);
    await expect(imageFolder.open(flat)).rejects.toThrow(
      /flat.val: expected a folder of pictures for each class, as in train, got 1\.JPEG beside no folder; sort them into/,
    );
    expect((await imageFolder.open(folderOf('unlabeled', [...train, 'test/1.JPEG']))).test.length).toBe(2);
    expect((await imageFolder.open(folderOf('flat', ['test/a/1.JPEG']))).test.length).toBe(1);
  });

  it('a folder that is called as a picture is none', async () => {
    const folder = folderOf('folders', ['train/a/1.jpg', 'train/a/not.jpg/x.txt', 'train/b/1.jpg', 'val/a/1.jpg']);
    expect((await imageFolder.open(folder)).train.length).toBe(2);
  });

  it('hidden files, other files and files beside the folders are passed over; links to folders are followed', async () => {
    const folder = folderOf('mixed', [
      'train/a/1.jpg',
      'train/a/._1.jpg',
      'train/a/notes.txt',
      'train/.git/x.jpg',
      'README.md',
    ]);
    folderOf('elsewhere', ['1.jpg']);
    symlinkSync(join(root, 'elsewhere'), join(folder, 'train', 'b'));
    folderOf('mixed', ['val/a/1.jpg']);
    const { train } = await imageFolder.open(folder);
    expect(listed(folder, train)).toEqual(['train/a/1.jpg is a', 'train/b/1.jpg is b']);
  });

  it('a class that is called train is no part', async () => {
    const folder = folderOf('vehicles', [...numbered('train', 2), ...numbered('plane', 2)]);
    expect((await imageFolder.open(folder)).train.classes).toEqual(['plane', 'train']);
  });
});

describe('a share by seed', () => {
  const paths = [...numbered('a', 10), ...numbered('b', 40), 'c/1.jpg', ...numbered('d', 2)];

  it('sets a share of every class aside, at least one where there are two, and loses no picture', async () => {
    const folder = folderOf('whole', paths);
    const { train, test } = await imageFolder.open(folder, { testShare: 0.25 });
    const counts = (set: PictureSet) =>
      set.classes.map((_, label) => set.labels.filter((other) => other === label).length);
    expect(counts(train)).toEqual([7, 32, 1, 1]);
    expect(counts(test)).toEqual([3, 8, 0, 1]);
    const all = [...listed(folder, train), ...listed(folder, test)].sort();
    expect(all).toEqual(paths.map((path) => `${path} is ${path[0]}`).sort());
  });

  it('is the same for the same seed and another for another, whatever other classes there are', async () => {
    const folder = folderOf('whole', paths);
    const testOf = async (where: string, seed: number) =>
      listed(where, (await imageFolder.open(where, { seed })).test).filter((line) => line.endsWith('is b'));
    expect(await testOf(folder, 1)).toEqual(await testOf(folder, 1));
    expect(await testOf(folder, 2)).not.toEqual(await testOf(folder, 1));
    expect(await testOf(folderOf('more', [...paths, ...numbered('aa', 5)]), 1)).toEqual(await testOf(folder, 1));
  });
});

describe('a folder that cannot be learned from is an error that names it and the way out', () => {
  it.each([
    [
      'one class',
      numbered('cat', 3),
      /one class: expected two classes or more to tell apart, got only 'cat'; add pictures/,
    ],
    [
      'an empty class',
      [...numbered('cat', 3), 'dog/notes.txt'],
      /empty class.dog: expected \.jpg.*got none; add some or/,
    ],
    ['no pictures', ['cat/a.txt', 'dog/b.txt'], /no pictures: expected a folder of .* got no pictures in its folders/],
    ['no folders', ['1.jpg', '2.jpg'], /no folders: expected a folder of .* for each class, as in .*got no folders/],
    [
      'case',
      [...numbered('Cat', 3), ...numbered('cat', 3)],
      /differ in more than case, got 'Cat' and 'cat'; merge or rename/,
    ],
    [
      'unknown class',
      ['train/a/1.jpg', 'train/b/1.jpg', 'val/a/1.jpg', 'val/c/1.jpg'],
      /unknown class: expected the classes to measure on to be among the 2 to learn, got 'c'; rename or remove it/,
    ],
    ['single pictures', ['a/1.jpg', 'b/1.jpg'], /expected a class with two pictures or more, got one of each/],
  ])('%s', async (name, paths, message) => {
    await expect(openData(folderOf(name, paths))).rejects.toThrow(message);
  });

  it('an empty folder, one that is not there, and a link that leads nowhere', async () => {
    mkdirSync(join(root, 'nothing'));
    await expect(openData(join(root, 'nothing'))).rejects.toThrow(/nothing: expected a folder of .* got no folders/);
    await expect(openData(join(root, 'missing'))).rejects.toThrow(/WebDataset shards .*missing', which does not exist/);
    const folder = folderOf('dangling', numbered('a', 2));
    symlinkSync(join(root, 'missing'), join(folder, 'b'));
    await expect(openData(folder)).rejects.toThrow(/dangling.b: expected .* that can be read, got ENOENT/);
  });
});

describe('what a person types', () => {
  const folder = folderOf('typed', [...numbered('a', 10), ...numbered('b', 10)]);

  it('options behind the path win over those in the call', async () => {
    const { train, test } = await openData(`${folder}:size=32,testShare=0.5,seed=3`, { size: 64, testShare: 0.1 });
    expect([train.height, train.width, train.length, test.length]).toEqual([32, 32, 13, 7]);
    expect((await openData(folder, { size: 64 })).train.height).toBe(64);
  });

  it('a path with a colon and an equals sign is a path where it exists', async () => {
    const odd = folderOf('odd:size=1', [...numbered('a', 2), ...numbered('b', 2)]);
    expect((await openData(odd)).train.height).toBe(224);
    expect((await openData(`${odd}:size=48`)).train.height).toBe(48);
  });

  it('the location for records is absolute and keeps the options', () => {
    const text = relative(process.cwd(), folder);
    expect(dataLocation(`${text}:size=32`)).toBe(`${folder}:size=32`);
    expect(dataLocation('shapes:size=32')).toBe('shapes:size=32');
  });

  it('CIFAR has one size', async () => {
    const cifar = folderOf('cifar', ['cifar-10-batches-bin/test_batch.bin']);
    await expect(openData(`${cifar}:size=32`)).rejects.toThrow(
      /cifar: unknown option 'size'\. Valid: coarse, validationShare, seed/,
    );
  });

  it.each([
    ['sise=32', /typed: unknown option 'sise'; did you mean 'size'\?/],
    ['size=big', /typed: expected size to be a whole number of at least 8 pixels, got 'big'/],
    ['testShare=2', /expected testShare to be a number between 0 and 1, got 2/],
    ['testShare=0', /expected testShare to be a number between 0 and 1, got 0/],
    ['size=4', /expected size to be a whole number of at least 8 pixels, got 4/],
  ])('%s is an error that says what was expected', async (options, message) => {
    await expect(openData(`${folder}:${options}`)).rejects.toThrow(message);
  });
});
