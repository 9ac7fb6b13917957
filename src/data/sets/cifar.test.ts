import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabeledImages } from '../dataset.ts';
import { imageAt } from '../images.ts';
import { cifar } from './cifar.ts';
import { openData } from './open-data.ts';

type Files = Record<string, Buffer>;

/** A record whose pixel `i` of its 3,072 is (label + i) mod 256. */
function record(...labels: number[]): Buffer {
  return Buffer.from([...labels, ...Array.from({ length: 3072 }, (_, i) => (labels.at(-1)! + i) % 256)]);
}

const cifar10: Files = {
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, Buffer.concat([record(n), record(n - 1)])])),
  'test_batch.bin': record(9),
  'batches.meta.txt': Buffer.from('a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n'),
};
const cifar100: Files = { 'train.bin': Buffer.concat([record(19, 99), record(3, 42)]), 'test.bin': record(0, 7) };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchwork-cifar-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeFolder(name: string, files: Files): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, name, file), bytes);
  return join(folder, name);
}

async function archiveOf(files: Files): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'published/', type: 'directory' });
  for (const [file, bytes] of Object.entries(files)) archive.entry({ name: `published/${file}` }, bytes);
  archive.entry({ name: 'published/readme.html' }, 'hello');
  archive.finalize();
  return gzipSync(await buffer(archive));
}

describe('the binary layout', () => {
  it('CIFAR-10 joins its five batches in order, with labels, planes and names', async () => {
    const { train, test } = await cifar.open(await writeFolder('ten', cifar10));
    expect([...train.labels]).toEqual([1, 0, 2, 1, 3, 2, 4, 3, 5, 4]);
    expect([train.name, train.length, test.length, test.labels[0]]).toEqual(['CIFAR-10', 10, 1, 9]);
    expect([train.channels, train.height, train.width]).toEqual([3, 32, 32]);
    expect(Buffer.from(imageAt(train, 4))).toEqual(record(3).subarray(1));
    expect(train.classes).toEqual([...'abcdefghij']);
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(train.normalization.mean[0]).toBeCloseTo(0.4914, 4);
    expect(train.normalization.std[2]).toBeCloseTo(0.2616, 4);
  });

  it('CIFAR-100 gives fine labels, or coarse ones where asked; without a file of names they are numbered', async () => {
    const path = await writeFolder('hundred', cifar100);
    const fine = await cifar.open(path);
    expect([...fine.train.labels]).toEqual([99, 42]);
    expect([fine.train.classes.length, fine.train.classes[42]]).toEqual([100, 'class-42']);
    expect(Buffer.from(imageAt(fine.train, 1))).toEqual(record(3, 42).subarray(2));
    const coarse = await cifar.open(path, { coarse: true });
    expect([...coarse.train.labels]).toEqual([19, 3]);
    expect(coarse.train.classes).toHaveLength(20);
  });

  it.each([
    ['CIFAR-10', cifar10],
    ['CIFAR-100', cifar100],
  ])('%s is the same from an archive as from a folder and from the folder around it', async (name, files) => {
    const published = name === 'CIFAR-10' ? 'cifar-10-batches-bin' : 'cifar-100-binary';
    const inner = await writeFolder(`${name}-parent/${published}`, files);
    const fromFolder = await openData(inner);
    expect(await openData(join(folder, `${name}-parent`))).toEqual(fromFolder);
    await writeFile(join(folder, `${name}.tar.gz`), await archiveOf(files));
    expect(await openData(join(folder, `${name}.tar.gz`))).toEqual(fromFolder);
  });
});

describe('damaged data is an error that names the file and the way out', () => {
  const { 'data_batch_3.bin': _, ...lacking } = cifar10;
  it.each<[string, Files, RegExp]>([
    [
      'a cut record',
      { ...cifar100, 'test.bin': record(0, 7).subarray(1) },
      /test\.bin: expected .*3074 bytes, got 3073/,
    ],
    ['an empty file', { ...cifar100, 'train.bin': Buffer.alloc(0) }, /train\.bin: expected one or more .*got 0 bytes/],
    [
      'a label out of range',
      { ...cifar10, 'data_batch_2.bin': Buffer.concat([record(2), record(10)]) },
      /data_batch_2\.bin: expected labels in 0\.\.9, got 10 in record 1/,
    ],
    [
      'a coarse label out of range',
      { ...cifar100, 'train.bin': record(20, 5) },
      /train\.bin: expected labels in 0\.\.19, got 20 in record 0/,
    ],
    ['a missing batch', lacking, /data_batch_3\.bin: expected this file, got none; download/],
    ['too few names', { ...cifar10, 'batches.meta.txt': Buffer.from('a\nb\n') }, /meta\.txt: expected 10 names.*got 2/],
    ['files of both', { ...cifar10, ...cifar100 }, /got files of both/],
    [
      'neither',
      { data_batch_1: record(1) },
      /expected a folder .*CIFAR-10's binary version .*CIFAR-100.*got none of their files/,
    ],
  ])('%s', async (name, files, message) => {
    await expect(openData(await writeFolder(`bad ${name}`, files))).rejects.toThrow(message);
  });

  it('an archive cut off at any of many places, a damaged one, and one that is no archive', async () => {
    const path = join(folder, 'damaged.tar.gz');
    const whole = await archiveOf(cifar10);
    const opened = async (bytes: Buffer) => {
      await writeFile(path, bytes);
      return openData(path);
    };
    for (let part = 0.05; part < 1; part += 0.1) {
      await expect(opened(whole.subarray(0, whole.length * part))).rejects.toThrow(
        /damaged\.tar\.gz: expected a whole \.tar\.gz archive, got one that is truncated or corrupt .*download it again/,
      );
    }
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 0xff;
    await expect(opened(flipped)).rejects.toThrow(/truncated or corrupt/);
    await expect(opened(Buffer.from('not an archive'))).rejects.toThrow(/truncated or corrupt/);
    await expect(opened(gzipSync(Buffer.alloc(2000, 1)))).rejects.toThrow(/truncated or corrupt/);
    // A size that is no number: the reader of archives would wait for its end for ever.
    const header = Buffer.alloc(1024);
    header.write('cifar-100-binary/train.bin');
    header.fill(0xfe, 124, 136);
    header.fill(' ', 148, 156);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(sum.toString(8).padStart(6, '0'), 148);
    await expect(opened(gzipSync(header))).rejects.toThrow(/truncated or corrupt \(a header without a size\)/);
  });

  it('a folder with both data sets asks for one of them', async () => {
    await writeFolder('both/cifar-10-batches-bin', cifar10);
    const path = await writeFolder('both/cifar-100-binary', cifar100);
    await expect(openData(join(path, '..'))).rejects.toThrow(/expected one data set, got .* and .*; name one of them/);
  });

  it('a path that is not there, a mistyped name, another file, and coarse labels of CIFAR-10', async () => {
    await expect(openData('/no/such/folder')).rejects.toThrow(
      /'shapes', 'birds', .*a folder .*got '\/no\/such\/folder', which/,
    );
    await expect(openData('shape')).rejects.toThrow(/did you mean 'shapes'\?/);
    await writeFile(join(folder, 'cifar.zip'), 'x');
    await expect(openData(join(folder, 'cifar.zip'))).rejects.toThrow(
      /zip: expected .*a folder or \.tar\.gz with CIFAR.*got another file/,
    );
    await expect(openData(join(folder, 'ten'), { coarse: true })).rejects.toThrow(/expected CIFAR-100 for the coarse/);
  });
});

const realData = process.env.PATCHWORK_DATA;
const real10 = join(realData ?? '', 'cifar-10-batches-bin');
const real100 = join(realData ?? '', 'cifar-100-binary');

function countsOf({ labels, classes }: LabeledImages): number[] {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}

describe('the real data (skipped unless PATCHWORK_DATA names a folder with it)', () => {
  it.skipIf(realData === undefined || !existsSync(real100))(
    'CIFAR-100 is balanced and has the known mean',
    async () => {
      const { train, test } = await cifar.open(real100);
      expect(new Set(countsOf(train))).toEqual(new Set([500]));
      expect(new Set(countsOf(test))).toEqual(new Set([100]));
      expect(train.classes.slice(0, 2)).toEqual(['apple', 'aquarium_fish']);
      const sums = [0, 0, 0];
      train.images.forEach((value, i) => {
        sums[(i >> 10) % 3]! += value;
      });
      // The published means of the training images: 0.5071, 0.4865, 0.4409.
      expect(sums.map((sum) => (sum / (50_000 * 1024 * 255)).toFixed(4))).toEqual(['0.5071', '0.4865', '0.4409']);
    },
  );

  it.skipIf(realData === undefined || !existsSync(real10))('CIFAR-10 has 1,000 test images of each class', async () => {
    const { train, test } = await openData(real10);
    expect(new Set(countsOf(test))).toEqual(new Set([1000]));
    expect(train.length % 5).toBe(0);
    expect(train.classes).toContain('airplane');
  });
});
