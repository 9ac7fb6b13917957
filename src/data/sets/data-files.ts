import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Extract } from 'tar-stream';

/** The contents of some files of a folder or an archive, by file name. */
export type DataFiles = Map<string, Buffer>;

/** Reads those files of a folder that `wanted` names; missing ones are simply not in the result. */
export async function readFolder(folder: string, wanted: ReadonlySet<string>): Promise<DataFiles> {
  const files: DataFiles = new Map();
  for (const name of await readdir(folder)) {
    if (wanted.has(name)) files.set(name, await readFile(join(folder, name)));
  }
  return files;
}

/**
 * Reads the files that `wanted` names, in whatever folder of a `.tar.gz` they are, without unpacking it to disk.
 *
 * @throws where the archive is cut off or damaged
 */
export async function readArchive(path: string, wanted: ReadonlySet<string>): Promise<DataFiles> {
  // Loaded where there is an archive to read: names and options of data sets must be told at once.
  const { extract } = await import('tar-stream');
  const entries = extract();
  try {
    const [files] = await Promise.all([
      collect(entries, wanted),
      pipeline(createReadStream(path), createGunzip(), entries),
    ]);
    return files;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${path}: expected a whole .tar.gz archive, got one that is truncated or corrupt (${reason}); download it again`,
      { cause: error },
    );
  }
}

async function collect(entries: Extract, wanted: ReadonlySet<string>): Promise<DataFiles> {
  const files: DataFiles = new Map();
  for await (const entry of entries) {
    const name = basename(entry.header.name);
    if (entry.header.type === 'file' && wanted.has(name)) {
      files.set(name, await buffer(entry));
    } else {
      entry.resume();
    }
  }
  return files;
}
