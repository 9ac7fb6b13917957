import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { FileError } from './system-errors.ts';

export interface RegularFileOptions {
  /** What it should be, in words that fit after "expected": `a safetensors file`. Default `a file`. */
  expected?: string;
  /** More bytes than this are refused before they are read. */
  atMost: number;
  /** What to do where there is no such file, in words. Default: nothing is said. */
  wayOut?: string;
}

/** A file that is open for reading: close it. */
export interface OpenedFile {
  file: number;
  bytes: number;
}

/**
 * Opens a file to be read whole. A folder, a pipe nobody writes to, a device such as `/dev/zero` and a file of too many bytes
 * are refused at once: neither waited for, nor read until the memory is full.
 *
 * @throws FileError naming the path and what was found
 */
export function openRegularFile(path: string, options: RegularFileOptions): OpenedFile {
  const { expected = 'a file', wayOut } = options;
  let file: number;
  try {
    // Without waiting for the other end of a pipe. Windows has neither such pipes nor the flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new FileError(path, expected, error, wayOut);
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new FileError(path, expected, notAFile(found), wayOut);
    if (found.size > options.atMost) throw tooLong(path, options, `${found.size}`);
    return { file, bytes: found.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The bytes of a file, under the conditions of {@link openRegularFile}. @throws as it does */
export function readRegularFile(path: string, options: RegularFileOptions): Buffer {
  const { file, bytes } = openRegularFile(path, options);
  try {
    const chunks: Buffer[] = [];
    // Up to the end, and not as long as it says to be: files of /proc say 0, and a log may grow.
    for (let [read, room] = [0, bytes + 1]; ; room = 65_536) {
      const chunk = Buffer.allocUnsafe(Math.min(room, 2 ** 30));
      const count = readSync(file, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks, read);
      read += count;
      if (read > options.atMost) throw tooLong(path, options, 'more');
      chunks.push(chunk.subarray(0, count));
    }
  } catch (error) {
    throw error instanceof FileError ? error : new FileError(path, options.expected ?? 'a file', error, options.wayOut);
  } finally {
    closeSync(file);
  }
}

function tooLong(path: string, { expected = 'a file', atMost }: RegularFileOptions, got: string): FileError {
  return new FileError(path, `${expected} of at most ${atMost} bytes`, got);
}

/** What something on a disk is called that is no file. */
export function notAFile(stats: Pick<Stats, 'isDirectory' | 'isFIFO' | 'isSocket'>): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}
