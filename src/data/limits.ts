/** What is read of a file at most, judged before it is read: a file may be damaged, made to do harm, or no file at all. */
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { notAFile } from '../files/index.ts';

const [KiB, MiB, GiB] = [2 ** 10, 2 ** 20, 2 ** 30];

/** All bounds of what is read of data sets, in bytes where nothing else is said. Each is far above what is published. */
export const limits = {
  /** An encoded picture. */
  picture: 512 * MiB,
  /** A list or table of text: those of ImageNet's training images take 70 MiB. */
  table: 256 * MiB,
  /** The XML of one picture's boxes. */
  xml: MiB,
  /** The label of one picture in a shard: a class's name or number. */
  label: 64 * KiB,
  /** The JSON of one picture in a shard. */
  json: 16 * MiB,
  /** What an archive says of its next member: its name and size. */
  tarHeader: MiB,
  /** Zeros between two archives in one file. */
  tarZeros: 64 * MiB,
  /** A file of pixels in memory, unpacked: CIFAR's largest has 147 MiB. */
  pixels: GiB,
  /** All that a `.tar.gz` unpacks to: CIFAR's has 178 MiB. */
  archive: 512 * MiB,
  /** Shards of one data set, in files. */
  shards: 100_000,
};

/**
 * The reason not to read a file: reading from a FIFO or a device might never end.
 *
 * @param most bytes that it may have
 * @returns what was expected and what came; undefined where nothing speaks against reading it
 */
export function reasonNotToRead(stats: Stats, most: number): string | undefined {
  if (!stats.isFile()) return `expected a file, got ${notAFile(stats)}`;
  if (stats.size <= most) return undefined;
  return `expected at most ${sizeText(most)}, got ${sizeText(stats.size)}`;
}

/** @throws with the path, unless it is a file of at most so many bytes */
export function checkFile(path: string, most: number): void {
  const reason = reasonNotToRead(statSync(path), most);
  if (reason !== undefined) throw new Error(`${path}: ${reason}; correct the path or replace the file`);
}

/** The whole contents of a file. @throws as {@link checkFile} */
export function readBounded(path: string, most: number): Buffer {
  checkFile(path, most);
  return readFileSync(path);
}

/** The first bytes of a file that is known to be one. */
export function readStart(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

/** As in `256 MiB`. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes >= GiB ? [GiB, 'GiB'] : bytes >= MiB ? [MiB, 'MiB'] : [KiB, 'KiB'];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
