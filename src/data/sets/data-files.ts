import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Extract } from 'tar-stream';
import { checkFile, limits, sizeText } from '../limits.ts';

/** The contents of some files of a folder or an archive, by file name. */
export type DataFiles = Map<string, Buffer>;

/**
 * Reads those files of a folder that `wanted` names; missing ones are simply not in the result.
 *
 * @throws where one is no file, or larger than pixels in memory may be
 */
export async function readFolder(folder: string, wanted: ReadonlySet<string>): Promise<DataFiles> {
  const files: DataFiles = new Map();
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) continue;
    checkFile(join(folder, name), limits.pixels);
    files.set(name, await readFile(join(folder, name)));
  }
  return files;
}

/**
 * Reads the files that `wanted` names, in whatever folder of a `.tar.gz` they are, without unpacking it to disk.
 *
 * @throws where the archive is cut off or damaged, is no file, or unpacks to more than the published ones do
 */
export async function readArchive(path: string, wanted: ReadonlySet<string>): Promise<DataFiles> {
  // Loaded where there is an archive to read: names and options of data sets must be told at once.
  const { extract } = await import('tar-stream');
  const entries = extract();
  checkFile(path, limits.archive);
  try {
    const [files] = await Promise.all([
      collect(entries, wanted),
      pipeline(createReadStream(path), createGunzip(), atMost(limits.archive), entries),
    ]);
    return files;
  } catch (error) {
    if (error instanceof TooLargeError) throw new Error(`${path}: ${error.message}`, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${path}: expected a whole .tar.gz archive, got one that is truncated or corrupt (${reason}); download it again`,
      { cause: error },
    );
  }
}

class TooLargeError extends Error {}

/** Lets bytes through until they are too many: a small archive may unpack to any number. */
export function atMost(bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      const isTooLarge = passed > bytes;
      const problem = `expected it to unpack to at most ${sizeText(bytes)}, got more; unpack it and give the folder`;
      done(isTooLarge ? new TooLargeError(problem) : null, chunk);
    },
  });
}

async function collect(entries: Extract, wanted: ReadonlySet<string>): Promise<DataFiles> {
  const files: DataFiles = new Map();
  for await (const entry of entries) {
    // The reader would wait for ever for the end of one whose size it cannot read.
    if (!Number.isSafeInteger(entry.header.size)) throw new Error('a header without a size');
    const name = basename(entry.header.name);
    if (entry.header.type === 'file' && wanted.has(name)) {
      files.set(name, await buffer(entry));
    } else {
      entry.resume();
    }
  }
  return files;
}
