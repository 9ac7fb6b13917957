import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureBytes, writeFile } from '../../../tests/support/pictures.ts';
import { temporaryFolder } from '../../../tests/support/small-training.ts';
import type { DataParts } from '../dataset.ts';
import { centerCrop, decodeImage } from '../decode/index.ts';
import { readImages } from '../loader/read-images.ts';
import { openOodSet } from '../ood/index.ts';
import { readPicture } from '../picture-location.ts';
import { cifarNormalization } from './cifar-layout.ts';
import { openData } from './open-data.ts';
import type { OpenedData } from './opened-data.ts';
import { passedOverLines } from './passed-over.ts';

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}/${i}.jpg`);

/** Files by path; those of a list are empty, as names that say what they are need no contents. */
function folderOf(...files: (readonly string[] | Readonly<Record<string, string | Uint8Array>>)[]): string {
  const folder = join(temporaryFolder(), 'data');
  for (const some of files) {
    const entries = Array.isArray(some) ? some.map((path) => [path, '']) : Object.entries(some);
    for (const [path, contents] of entries) writeFile(join(folder, path), contents);
  }
  return folder;
}

const two = (count = 10, folder = '.') => ['cat', 'dog'].flatMap((name) => numbered(`${folder}/${name}`, count));
const counts = ({ train, validation, test }: DataParts) => [train.length, validation?.length, test.length];
const all = ({ train, validation, test }: DataParts) => train.length + (validation?.length ?? 0) + test.length;
const said = ({ passedOver = [] }: DataParts) =>
  passedOver.map(({ reason, count, isLoss, paths }) => [reason, count, isLoss, paths[0]]);

describe('pictures are told by their contents', () => {
  it('whatever a file is called: JPEGs as .jfif, .jpe, .bmp or without an ending, and TIFFs', async () => {
    const jpeg = await pictureBytes(1);
    const tiff = await sharp(await pictureBytes(2, 'png'))
      .tiff()
      .toBuffer();
    const odd = {
      'cat/a.jfif': jpeg,
      'cat/b.jpe': jpeg,
      'dog/c': jpeg,
      'dog/d.bmp': jpeg,
      'dog/e.tif': tiff,
      'dog/f': tiff,
    };
    const parts = await openData(folderOf(odd), { size: 16, testShare: 0.3 });
    expect([all(parts), said(parts)]).toEqual([6, []]);
    for (const set of [parts.train, parts.test]) {
      const indices = Array.from({ length: set.length }, (_, i) => i);
      expect((await readImages(set, indices)).shape[0]).toBe(set.length);
    }
  });

  it('a TIFF is decoded to the pixels of the PNG that it was made of', async () => {
    const png = await pictureBytes(3, 'png');
    const folder = folderOf({
      'a/1.png': png,
      'a/2.png': png,
      'b/1.tif': await sharp(png).tiff({ compression: 'lzw' }).toBuffer(),
      'b/2.png': png,
    });
    const { train, test } = await openData(folder, { size: 16, testShare: 0.5 });
    const [first, second] = [await readImages(train, [0, 1]), await readImages(test, [0, 1])];
    const size = first.images.length / 2;
    for (const image of [first.images.subarray(size), second.images.subarray(0, size), second.images.subarray(size)]) {
      expect(image).toEqual(first.images.subarray(0, size));
    }
  });

  it('a TIFF of 16 bits is one of 8, and one of measurements is refused rather than shown black', async () => {
    const decode = async (bytes: Uint8Array) => {
      const pixels = new Uint8Array(3 * 8 * 8);
      await decodeImage(bytes, (picture) => centerCrop(picture, { size: 8, shorterSide: 8 }), pixels);
      return pixels;
    };
    const values = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256);
    const raw = { raw: { width: 10, height: 10, channels: 3 as const } };
    const compression = 'lzw';
    const wide = await sharp(values, raw).toColorspace('rgb16').tiff({ compression }).toBuffer();
    expect(await decode(wide)).toEqual(await decode(await sharp(values, raw).png().toBuffer()));
    const measured = sharp(
      Float32Array.from(values, (value) => value / 255),
      raw,
    ).toColorspace('scrgb');
    await expect(decode(await measured.tiff({ compression }).toBuffer())).rejects.toThrow(
      'expected a picture of 8 or 16 bits, got one of numbers (float); convert it',
    );
  });

  it.each([
    ['a BMP', 'x.bmp', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)])],
    ['a GIF', 'x', Buffer.from('GIF89a, and more')],
    ['an AVIF, HEIC or video', 'x.heic', Buffer.from('\0\0\0\x18ftypheic')],
    ["a camera's raw file", 'x.NEF', Buffer.from('II*\0')],
    ['an archive', 'x.zip', Buffer.from('PK\x03\x04')],
    ['a picture written as text', 'x.svg', Buffer.from('<svg></svg>')],
  ])('%s is passed over, counted and named', async (reason, name, bytes) => {
    expect(said(await openData(folderOf(two(), { [`cat/${name}`]: bytes })))).toEqual([
      [reason, 1, true, `cat/${name}`],
    ]);
  });
});

describe('what belongs beside pictures is no loss', () => {
  it('annotations, hidden files and what systems leave, of which one example is kept', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `cat/${i}.xml`);
    const others = [
      'dog/README',
      'dog/Thumbs.db',
      'dog/.DS_Store',
      'dog/._0.jpg',
      '__MACOSX/cat/0.jpg',
      'cat/@eaDir/0.jpg',
    ];
    const parts = await openData(folderOf(two(), texts, others));
    expect(all(parts)).toBe(20);
    expect(said(parts)).toEqual([
      ['no picture', 51, false, 'cat/0.xml'],
      ["of the system's own", 3, false, 'cat/@eaDir'],
      ['hidden', 2, false, 'dog/.DS_Store'],
    ]);
    expect(parts.passedOver![0]!.paths).toEqual(['cat/0.xml']);
  });

  it.each(['__MACOSX', '@eaDir', '$RECYCLE.BIN', 'lost+found'])('%s is no class', async (name) => {
    expect((await openData(folderOf(two(), [`${name}/x.txt`]))).train.classes).toEqual(['cat', 'dog']);
  });
});

describe('folders inside of a class', () => {
  it('are read as ImageFolder reads them', async () => {
    const folder = folderOf(two(4), numbered('dog/2021', 8), numbered('dog/2021/may', 1));
    const parts = await openData(folder);
    expect(all(parts)).toBe(17);
    expect(parts.train.classes).toEqual(['cat', 'dog']);
  });

  it('links are followed, but not in a circle, nor to pictures that are read anyway', async () => {
    const folder = folderOf(two(), numbered('../more', 3));
    symlinkSync('../../more', join(folder, 'cat/more'));
    symlinkSync('..', join(folder, 'cat/up'));
    symlinkSync('.', join(folder, 'dog/self'));
    symlinkSync('more', join(folder, 'cat/second'));
    symlinkSync('nowhere', join(folder, 'dog/gone.jpg'));
    symlinkSync('circle', join(folder, 'dog/circle'));
    const parts = await openData(folder);
    expect(all(parts)).toBe(23);
    expect(said(parts)).toEqual([
      ['a broken link', 2, true, 'dog/circle'],
      ['a link to a folder around it', 2, false, 'cat/up'],
      ['a second way to a folder', 1, false, 'cat/second'],
    ]);
  });
});

describe('what is no file', () => {
  it('is passed over by name, before anything would wait for it', async () => {
    const folder = folderOf(two());
    execFileSync('mkfifo', [join(folder, 'cat/x.jpg'), join(folder, 'dog/y')]);
    expect(said(await openData(folder))).toEqual([['a FIFO', 2, true, 'cat/x.jpg']]);
    const ood = await openOodSet(folder, { channels: 3, height: 8, width: 8, normalization: cifarNormalization });
    expect([ood.length, ood.passedOver?.[0]?.count]).toEqual([20, 2]);
    await expect(readPicture({ path: join(folder, 'cat/x.jpg') })).rejects.toThrow(/can be read, got a FIFO/);
    await expect(readPicture({ path: '/dev/zero' })).rejects.toThrow(
      '/dev/zero: expected a file that can be read, got a device',
    );
  });
});

describe('more than a tenth', () => {
  const lossy = () => folderOf(two(), { 'cat/a.gif': 'GIF89a', 'cat/b.gif': 'GIF89a', 'dog/c.gif': 'GIF89a' });

  it('is an error that says what was passed over and how to go on', async () => {
    await expect(openData(lossy())).rejects.toThrow(
      /data: expected at most 10 % of the pictures to be passed over, got 3 of 23 \(13 %\): a GIF \(3, as cat\/a\.gif\); .*--allow-skipped/,
    );
  });

  it('is allowed where that is asked for, in the call or the text, and all of it can be listed', async () => {
    const folder = lossy();
    for (const parts of [
      await openData(folder, { allowSkipped: true }),
      await openData(`${folder}:allowSkipped=true`),
    ]) {
      expect(passedOverLines(parts.passedOver!)).toBe('a GIF\tcat/a.gif\na GIF\tcat/b.gif\na GIF\tdog/c.gif\n');
    }
  });

  it('a tenth is none', async () => {
    const parts = await openData(folderOf(two(9), { 'cat/a.gif': 'GIF89a', 'cat/b.gif': 'GIF89a' }));
    expect(parts.passedOver![0]!.count).toBe(2);
  });
});

it('a line with the counts is told to whoever subscribes, without a terminal’s commands from names', async () => {
  const lines: string[] = [];
  const hear = (message: unknown) => lines.push((message as OpenedData).line);
  subscribe('patchwork:data', hear);
  const folder = folderOf(two(), { 'cat/\x1b[31m.gif': 'GIF89a' });
  await openData(folder);
  unsubscribe('patchwork:data', hear);
  expect(lines).toEqual([
    `${folder}: 2 classes, images: 18 to train on, 2 to test on; passed over: a GIF (1, as cat/\\u001b[31m.gif)`,
  ]);
});

describe('names of folders', () => {
  it.each([
    ['Train', 'Test'],
    ['Training', 'Testing'],
    ['TRAIN', 'Val'],
  ])('%s and %s are parts in any case', async (train, test) => {
    expect(counts(await openData(folderOf(two(4, train), two(2, test))))).toEqual([8, undefined, 4]);
  });

  it('classes are the same however Unicode composes them, and two of one part are named', async () => {
    const composed = (form: string) => ['학점', 'café'].flatMap((name) => numbered(`${name.normalize(form)}`, 3));
    const folder = folderOf(
      composed('NFC').map((path) => `train/${path}`),
      composed('NFD').map((path) => `val/${path}`),
    );
    const { train, test } = await openData(folder);
    expect([train.classes, [...test.labels]]).toEqual([
      ['café', '학점'],
      [0, 0, 0, 1, 1, 1],
    ]);
    await expect(openData(folderOf(composed('NFC'), composed('NFD')))).rejects.toThrow(
      /differ in more than how Unicode composes their letters/,
    );
  });

  it('an archive beside class folders does not take their place', async () => {
    const parts = await openData(folderOf(two(), { 'backup.tar': `a${'\0'.repeat(256)}ustar` }));
    expect([parts.train.classes, said(parts)]).toEqual([['cat', 'dog'], [['an archive', 1, true, 'backup.tar']]]);
  });

  it.each([
    [
      'unzipped twice',
      two(6, 'photos'),
      /got one folder, photos, with 2 folders in it \(cat, dog\); if these are meant, give .*data.photos/,
    ],
    ['unzipped twice in parts', two(6, 'photos/train'), /no pictures|got one folder|two classes/],
    ['no train', two(6, 'val'), /expected a folder train beside val, got none/],
    [
      'two for one part',
      [...two(6, 'train'), ...two(2, 'val'), ...two(2, 'valid')],
      /one folder for each part, got val and valid; merge/,
    ],
    [
      'in two spellings',
      [...two(6, 'train'), ...two(2, 'Training')],
      /one folder for each part, got Training and train/,
    ],
    [
      'nearly',
      [...two(6, 'training_set'), ...two(2, 'test_set')],
      /got test_set and training_set; rename or move them/,
    ],
    [
      'unknown to measure on',
      [...two(6, 'train'), ...two(2, 'holdout')],
      /a picture in a folder that is no part \(4, as holdout\/cat\/0\.jpg\)/,
    ],
    ['beside the classes', [...two(4), '1.jpg'], /a picture in no folder of a class \(1, as 1\.jpg\)/],
  ])('%s: an error says what was found', async (_, paths, message) => {
    await expect(openData(folderOf(paths))).rejects.toThrow(message);
  });

  it('what is beside parts of which one is measured is named and no loss', async () => {
    const parts = await openData(folderOf(two(4, 'train'), two(2, 'val'), two(9, 'extra')));
    expect([counts(parts), said(parts)]).toEqual([
      [8, undefined, 4],
      [['a folder beside the parts', 1, false, 'extra']],
    ]);
  });
});

it('paths of pictures are in the folder that was given', async () => {
  const folder = folderOf(two(3));
  const { train } = await openData(folder);
  const paths = 'pictures' in train ? train.pictures.map(({ path }) => relative(folder, path)) : [];
  expect(paths.every((path) => /^(cat|dog)\/\d\.jpg$/.test(path))).toBe(true);
});
