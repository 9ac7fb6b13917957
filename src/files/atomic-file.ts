import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, FileError } from './system-errors.ts';

/** The disk was full while `path` was being written. Whatever `path` held before is still there, whole. */
export class FullDiskError extends Error {
  override readonly name = 'FullDiskError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(
      `${path}: expected room to write it, got a full disk (${errorCode(cause instanceof FullDiskError ? cause.cause : cause)}). ` +
        'Nothing written earlier was lost; free some space and try again',
      { cause },
    );
    this.path = path;
  }
}

/** Whether an error says that the disk, or the user's share of it, is full. */
export function isFullDisk(error: unknown): boolean {
  return error instanceof FullDiskError || ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
}

/** How the temporary name of a file begins that is not whole yet, so that what a crash left can be found and removed. */
export const temporaryPrefix = '.tmp-';

/**
 * Writes a file so that after a crash at any instant the name holds either all of the new bytes or what it held before:
 * a temporary name in the same folder, synced, renamed, and the folder synced.
 *
 * @throws FullDiskError where the disk is full, FileError where the path cannot be written for another reason; the
 *   temporary file is removed after any error
 */
export function writeFileAtomically(path: string, chunks: Iterable<Uint8Array>): void {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix}${process.pid}-${basename(path)}`);
  try {
    const file = openSync(temporary, 'w');
    try {
      for (const chunk of chunks) writeFully(file, chunk);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeError(path, error);
  }
}

/** What to throw where writing a file failed: a sentence that names it, for errors of the system. */
export function writeError(path: string, error: unknown): unknown {
  if (isFullDisk(error)) return new FullDiskError(path, error);
  if (error instanceof FileError || errorCode(error) === undefined) return error;
  return new FileError(path, 'a file that can be written', error, 'choose another place for it, or mend this one');
}

// One write call may take fewer bytes than it is given, and Node refuses more than 2^31 - 1.
const largestWrite = 2 ** 30;

/** Writes all of the bytes to an open file, however many calls that takes. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(file, bytes, at, Math.min(bytes.length - at, largestWrite));
  }
}

/** Makes the names in a folder (new files, renames) survive a power cut; syncing the files alone does not. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
