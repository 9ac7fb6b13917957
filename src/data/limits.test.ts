import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeFile } from '../../tests/support/pictures.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { readTable } from './boxes/annotation-table.ts';
import { readVocAnnotation } from './boxes/voc-boxes.ts';
import { openOodSet } from './ood/index.ts';
import { cifarNormalization } from './sets/cifar-layout.ts';
import { openData } from './sets/open-data.ts';

const like = { channels: 3, height: 8, width: 8, normalization: cifarNormalization };

/** A small file of many zeros. */
function writeBomb(path: string, mebibytes: number): void {
  const member = gzipSync(Buffer.alloc(2 ** 24));
  writeFile(path, Buffer.concat(Array.from({ length: Math.ceil(mebibytes / 16) }, () => member)));
}

/** A file of a size that takes no place on the disk. */
function writeHuge(path: string): string {
  writeFile(path, 'x');
  truncateSync(path, 2 ** 40);
  return path;
}

describe('files are judged before they are read', () => {
  it('a small archive that unpacks to gigabytes ends with a message', async () => {
    const path = join(temporaryFolder(), 'cifar.tar.gz');
    writeBomb(path, 600);
    await expect(openData(path)).rejects.toThrow(/cifar\.tar\.gz: expected it to unpack to at most 512 MiB, got more/);
  });

  it('a small IDX file that unpacks to gigabytes too', async () => {
    const path = join(temporaryFolder(), 'bomb-idx3-ubyte.gz');
    writeBomb(path, 1100);
    await expect(openOodSet(path, like)).rejects.toThrow(/got another file/);
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4]);
    writeFile(path, Buffer.concat([gzipSync(header), gzipSync(Buffer.alloc(2 ** 24))]));
    await expect(openOodSet(path, like)).rejects.toThrow(/expected 2 images of 4 x 4 bytes, got more/);
    header[4] = 255;
    writeFile(path, gzipSync(header));
    await expect(openOodSet(path, like)).rejects.toThrow(/got 63\.8 GiB, more than 1 GiB/);
  });

  it('tables, XML, records and pictures have a largest size', async () => {
    const folder = temporaryFolder();
    const huge = (name: string) => writeHuge(join(folder, name));
    expect(() => readTable(huge('images.txt'), ' ', ['a'])).toThrow(
      /images\.txt: expected at most 256 MiB, got 1,?020 GiB/,
    );
    expect(() => readVocAnnotation(huge('a.xml'))).toThrow(/a\.xml: expected at most 1 MiB, got/);
    await expect(openOodSet(huge('a.bin'), like)).rejects.toThrow(/a\.bin: expected at most 1 GiB, got/);
    await expect(openOodSet(huge('a-idx3-ubyte'), like)).rejects.toThrow(/a-idx3-ubyte: expected at most 1 GiB, got/);
    writeHuge(join(folder, 'cifar/train.bin'));
    await expect(openData(join(folder, 'cifar'))).rejects.toThrow(/train\.bin: expected at most 1 GiB, got/);
  });

  it('what is no file is named, and nobody waits for it', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.xml', 'a.tar.gz', 'a.bin', 'a-idx3-ubyte']) execFileSync('mkfifo', [join(folder, name)]);
    expect(() => readVocAnnotation(join(folder, 'a.xml'))).toThrow('a.xml: expected a file, got a FIFO');
    await expect(openData(join(folder, 'a.tar.gz'))).rejects.toThrow('a.tar.gz: expected a file, got a FIFO');
    await expect(openOodSet(join(folder, 'a.bin'), like)).rejects.toThrow('a.bin: expected a file, got a FIFO');
    await expect(openOodSet(join(folder, 'a-idx3-ubyte'), like)).rejects.toThrow('expected a file, got a FIFO');
    expect(() => readTable('/dev/zero', ' ', ['a'])).toThrow('/dev/zero: expected a file, got a device');
  });

  it('XML that is nested deeply is an error of its own, and one of many objects takes no time', () => {
    const folder = temporaryFolder();
    writeFile(join(folder, 'deep.xml'), `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`);
    expect(() => readVocAnnotation(join(folder, 'deep.xml'))).toThrow(
      /deep\.xml: expected XML, got elements inside of too many/,
    );
    const object =
      '<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>\n';
    writeFile(join(folder, 'many.xml'), `<annotation>${object.repeat(9000)}</annotation>`);
    const { objects } = readVocAnnotation(join(folder, 'many.xml'));
    expect([objects.length, objects.at(-1)!.where.split(':').at(-1)]).toEqual([9000, '9000']);
  });
});
