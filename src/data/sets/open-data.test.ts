import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import { integer, option } from '../../options/index.ts';
import type { DataParts, LabeledImages } from '../dataset.ts';
import { allocateImages, dataset } from '../own-dataset.ts';
import { parseDataText } from './data-text.ts';
import { defineDataSet } from './definition.ts';
import { dataLocation, dataSets, openData, openDataLike, type TrainedOn } from './open-data.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-open-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Opening reads names alone, so empty files serve as pictures. */
function folderOf(name: string, paths: readonly string[]): string {
  for (const path of paths) writeFile(join(root, name, path), '');
  return join(root, name);
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}.jpg`);

const lengths = ({ train, validation, test }: DataParts) => [train.length, validation?.length, test.length];
const pathsOf = (set: LabeledImages | undefined) =>
  set !== undefined && 'pictures' in set ? set.pictures.map(({ path }) => relative(root, path)) : [];

describe('a text', () => {
  it('is a path and options of any kind', () => {
    expect(parseDataText('photos:size=64,fit=stretch,coarse=true')).toEqual({
      path: 'photos',
      options: { size: 64, fit: 'stretch', coarse: true },
    });
    expect(parseDataText('a:b/c.tar:testShare=.1')).toEqual({ path: 'a:b/c.tar', options: { testShare: 0.1 } });
    expect(parseDataText('C:/photos')).toEqual({ path: 'C:/photos', options: {} });
    expect(parseDataText('mine:root=/a/b,size=3')).toEqual({ path: 'mine', options: { root: '/a/b', size: 3 } });
  });

  it.each([
    ['shapes:size', "shapes: expected options as name=value,name=value, got 'size' in 'size'"],
    ['shapes:size=16,size=32', 'shapes: expected size once, got it twice'],
  ])('%s is an error that says what is wrong', (text, message) => {
    expect(() => parseDataText(text)).toThrow(message);
  });
});

describe('the parts of data', () => {
  const three = ['train', 'valid', 'test'].flatMap((part, i) =>
    ['a', 'b'].flatMap((name) => numbered(`${part}/${name}`, 3 - i)),
  );

  it('are three where folders for all of them have classes', async () => {
    const parts = await openData(folderOf('three', three));
    expect(lengths(parts)).toEqual([6, 4, 2]);
    expect([parts.train.part, parts.validation!.part, parts.test.part]).toEqual(['train', 'validation', 'test']);
    expect(pathsOf(parts.validation)[0]).toBe('three/valid/a/0.jpg');
    expect(pathsOf(parts.test)).toEqual(['three/test/a/0.jpg', 'three/test/b/0.jpg']);
    await expect(openData(`${join(root, 'three')}:validationShare=0.1`)).rejects.toThrow(
      /three: expected no validationShare, since there are 4 validation images; leave it out/,
    );
    await expect(openData(`${join(root, 'three')}:testShare=0.1`)).rejects.toThrow(/expected no testShare, since/);
  });

  it('are two where one of these has none: pictures without labels, in one folder or none, are passed over', async () => {
    const labeled = three.filter((path) => !path.startsWith('test'));
    const flat = await openData(folderOf('flat', [...labeled, 'test/0.jpg']));
    const oneFolder = await openData(folderOf('one-folder', [...labeled, ...numbered('test/images', 5)]));
    for (const parts of [flat, oneFolder]) expect(lengths(parts)).toEqual([6, undefined, 4]);
    expect(oneFolder.test.part).toBe('test');
  });

  it('classes of the validation part alone are unknown ones', async () => {
    await expect(openData(folderOf('strange', [...three, 'valid/c/1.jpg']))).rejects.toThrow(
      /strange: expected the classes to measure on to be among the 2 to learn, got 'c'/,
    );
  });
});

describe('validationShare', () => {
  const folder = folderOf('photos', [...numbered('a', 20), ...numbered('b', 40), ...numbered('c', 1)]);

  it('sets a share of the training part aside, in the order of the set', async () => {
    const whole = await openData(`${folder}:testShare=0.25,seed=4`);
    const parts = await openData(`${folder}:testShare=0.25,seed=4,validationShare=0.2`);
    expect(lengths(parts)).toEqual([34, 7, 20]);
    expect(pathsOf(parts.test)).toEqual(pathsOf(whole.test));
    expect(parts.validation!.part).toBe('validation');
    const aside = new Set(pathsOf(parts.validation));
    expect(pathsOf(whole.train).filter((path) => !aside.has(path))).toEqual(pathsOf(parts.train));
    expect(pathsOf(whole.train).filter((path) => aside.has(path))).toEqual(pathsOf(parts.validation));
    const other = await openData(`${folder}:testShare=0.25,seed=5,validationShare=0.2`);
    expect(pathsOf(other.validation)).not.toEqual(pathsOf(parts.validation));
  });

  it('of a share that was set aside before is not the one that testShare would take', async () => {
    const train = folderOf('split', [...numbered('train/a', 40), ...numbered('train/b', 40), 'val/a/1.jpg']);
    const { validation } = await openData(train, { validationShare: 0.25 });
    const { test } = await openData(folderOf('unsplit', [...numbered('a', 40), ...numbered('b', 40)]), {
      testShare: 0.25,
    });
    const names = (set: LabeledImages | undefined) => pathsOf(set).map((path) => path.split('/').slice(-2).join('/'));
    expect(names(validation).length).toBe(25);
    expect(names(validation)).not.toEqual(names(test));
  });

  it('is taken of images in memory too, with their labels and boxes, and leaves the others as they are', async () => {
    const text = 'shapes:size=16,train=64,test=5';
    const [whole, parts] = [await openData(text), await openData(`${text},validationShare=0.25`)];
    expect(lengths(parts)).toEqual([43, 21, 5]);
    // The scenes' classes take turns: of the four of each, one at least went to either side.
    const labels = (set: LabeledImages) => [...new Set(set.labels)].sort((a, b) => a - b);
    expect(labels(parts.validation!)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(labels(parts.train)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    const imagesOf = async (set: LabeledImages) => {
      if (!('images' in set)) throw new Error('expected pixels');
      const { boxes } = await set.boxes!();
      const size = set.images.length / set.length;
      return Array.from({ length: set.length }, (_, i) => {
        const pixels = Buffer.from(set.images.subarray(i * size, (i + 1) * size)).toString('base64');
        return JSON.stringify([pixels, set.labels[i], boxes[i]]);
      });
    };
    const [train, validation] = [await imagesOf(parts.train), await imagesOf(parts.validation!)];
    const aside = new Set(validation);
    expect((await imagesOf(whole.train)).filter((image) => !aside.has(image))).toEqual(train);
    expect(await imagesOf(parts.test)).toEqual(await imagesOf(whole.test));
  });

  it.each([
    ['0', /photos: expected validationShare to be a number between 0 and 1, got 0/],
    ['1', /expected validationShare to be a number between 0 and 1, got 1/],
    ['much', /expected validationShare to be a number between 0 and 1, got 'much'/],
  ])('of %s is an error', async (share, message) => {
    await expect(openData(`${folder}:validationShare=${share}`)).rejects.toThrow(message);
  });
});

describe('the list of data sets', () => {
  it('takes one of a program’s own, by its name and by what it recognizes, before those that are there', async () => {
    const dots = defineDataSet({
      name: 'dots',
      description: 'images of one color',
      example: 'dots:count=8',
      isNamed: true,
      options: { count: option(integer({ min: 4 }), { default: 4, description: 'how many' }) },
      matches: (path, names) => path === 'dots' || (names?.includes('dots.txt') ?? false),
      async open(_path, { count }) {
        const header = { name: 'dots', classes: ['a', 'b'], channels: 3, height: 4, width: 4, length: count };
        const normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
        const train = allocateImages({ ...header, part: 'train', normalization });
        train.labels.set(train.labels.map((_, i) => i % 2));
        return { train, test: allocateImages({ ...header, part: 'test', normalization }) };
      },
    });
    dataSets.add(dots);
    expect(lengths(await openData('dots:count=8,validationShare=0.5'))).toEqual([5, 3, 8]);
    expect(lengths(await dots.open('dots', { count: 6 }))).toEqual([6, undefined, 6]);
    const folder = folderOf('dotted', [...numbered('a', 3), ...numbered('b', 3), 'dots.txt']);
    expect((await openData(folder)).train.name).toBe('dots');
    await expect(openData('dots:cuont=8')).rejects.toThrow("dots: unknown option 'cuont'; did you mean 'count'?");
    await expect(openData('dot')).rejects.toThrow(/expected 'shapes', 'birds', 'dots', .*did you mean 'dots'\?/);
    expect(dataLocation('dots:count=8')).toBe('dots:count=8');
  });

  it('takes options in the call that the data set has, and no others', async () => {
    expect((await openData('shapes', { size: 16, train: 3, test: 2 })).train.height).toBe(16);
    await expect(openData('shapes', { fit: 'crop' })).rejects.toThrow("shapes: unknown option 'fit'");
  });
});

describe('data that is opened as a network was trained', () => {
  const folder = folderOf('other', [...numbered('a', 10), ...numbered('b', 10)]);
  const heightOf = async (text: string | undefined, trained: TrainedOn) => {
    const { test } = await openDataLike(text, trained);
    return [test.height, 'fit' in test ? test.fit : undefined];
  };

  it('has its size and fit, as they were recorded, typed, or by default', async () => {
    expect(await heightOf(folder, { data: 'gone:size=16', images: { height: 48, fit: 'stretch' } })).toEqual([
      48,
      'stretch',
    ]);
    expect(await heightOf(folder, { data: 'gone:size=32,fit=stretch' })).toEqual([32, 'stretch']);
    expect(await heightOf(folder, { data: folder })).toEqual([224, 'crop']);
    expect(await heightOf(folder, { data: 'shapes' })).toEqual([32, 'crop']);
    expect(await heightOf('shapes:seed=1', { data: 'shapes:size=16' })).toEqual([16, undefined]);
    expect(await heightOf(undefined, { data: `${folder}:size=40` })).toEqual([40, 'crop']);
    const shareOf = async (trained: TrainedOn) => (await openDataLike(folder, trained)).test;
    expect(await shareOf({ data: 'gone', images: { height: 48, cropShare: 0.9 } })).toMatchObject({ cropShare: 0.9 });
    expect(await shareOf({ data: 'gone:size=32,cropShare=0.8' })).toMatchObject({ cropShare: 0.8 });
    expect(await shareOf({ data: 'gone:size=32' })).not.toHaveProperty('cropShare');
  });

  it('refuses another wish, and data of another size', async () => {
    const trained: TrainedOn = { data: 'gone', images: { height: 48, fit: 'crop' } };
    await expect(openDataLike(`${folder}:size=224`, trained)).rejects.toThrow(
      /other:size=224: expected size=48, as the network was trained, got size=224; leave size out/,
    );
    await expect(openDataLike(`${folder}:fit=stretch`, trained)).rejects.toThrow(
      /expected fit=crop, as .* got fit=stretch/,
    );
    expect(await heightOf(`${folder}:size=48,fit=crop,seed=2`, trained)).toEqual([48, 'crop']);
    writeFile(join(root, 'cifar', 'train.bin'), Buffer.alloc(3074));
    writeFile(join(root, 'cifar', 'test.bin'), Buffer.alloc(3074));
    await expect(openDataLike(join(root, 'cifar'), trained)).rejects.toThrow(
      /cifar: expected images of 48 x 48 pixels, as the network was trained on, got 32 x 32; give data of that size/,
    );
  });
});

it('what was set aside by the share of a seed stays the same from version to version', async () => {
  const { test } = await openData(folderOf('fixed', [...numbered('a', 10), ...numbered('b', 10)]), { seed: 7 });
  expect(pathsOf(test)).toEqual(['a/1', 'a/4', 'a/8', 'b/3', 'b/4', 'b/8'].map((name) => `fixed/${name}.jpg`));
  const { validation } = await openData(join(root, 'fixed'), { seed: 7, validationShare: 0.25 });
  expect(pathsOf(validation)).toEqual(['a/9', 'b/5'].map((name) => `fixed/${name}.jpg`));
});

it('parts may be of targets that are no classes', () => {
  const set = dataset({ height: 8, length: 3, draw: () => new Uint8Array(192), target: () => [1, 2] });
  const parts: DataParts<typeof set> = { train: set, test: { ...set, part: 'test' } };
  expect(parts.test.target(0)).toEqual([1, 2]);
});
