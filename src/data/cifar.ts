import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CifarLayout, cifarFileNames, cifarLayouts, recordFiles } from './cifar-layout.ts';
import { type CifarOptions, decodeCifar } from './cifar-records.ts';
import { readArchive, readFolder } from './data-files.ts';
import type { DataSource, PixelSet } from './image-set.ts';

/** What is read here, for error messages. */
export const cifarText = `a folder or .tar.gz with ${cifarLayouts
  .map(({ name, folder }) => `${name}'s binary version (${folder})`)
  .join(' or ')}`;

/** Whether a folder with these names in it is one that {@link openCifar} is for. */
export function holdsCifar(names: readonly string[]): boolean {
  // The Python and Matlab versions are refused with a reason.
  const other = /^data_batch_\d/;
  return names.some(
    (name) => cifarFileNames.has(name) || other.test(name) || cifarLayouts.some(({ folder }) => folder === name),
  );
}

/**
 * Opens CIFAR-10 or CIFAR-100 in its binary version: the published `.tar.gz`, the folder that was unpacked from it, or
 * the folder around that one. Which of the two it is, the names of the files tell.
 *
 * @throws where the path is not there, holds neither or both, or a file is damaged; see `decodeCifar`
 */
export async function openCifar(path: string, options: CifarOptions = {}): Promise<DataSource<PixelSet>> {
  const found = await stat(path);
  if (found.isDirectory()) {
    const folder = await cifarFolder(path);
    const files = await readFolder(folder, cifarFileNames);
    return decodeCifar(layoutOf(files.keys(), folder), files, folder, options);
  }
  if (!/\.(tar\.gz|tgz)$/.test(path)) {
    throw new Error(`${path}: expected ${cifarText}, got another file`);
  }
  const files = await readArchive(path, cifarFileNames);
  return decodeCifar(layoutOf(files.keys(), path), files, path, options);
}

/** The folder itself, or the one published folder in it. */
async function cifarFolder(path: string): Promise<string> {
  const names = await readdir(path);
  const inside = cifarLayouts.map(({ folder }) => folder).filter((folder) => names.includes(folder));
  if (inside.length > 1) {
    throw new Error(
      `${path}: expected one data set, got ${inside.join(' and ')}; name one of them, as in ${join(path, inside[0]!)}`,
    );
  }
  return inside.length === 1 && !names.some((name) => cifarFileNames.has(name)) ? join(path, inside[0]!) : path;
}

function layoutOf(fileNames: Iterable<string>, where: string): CifarLayout {
  const names = new Set(fileNames);
  const layouts = cifarLayouts.filter((layout) => recordFiles(layout).some((file) => names.has(file)));
  if (layouts.length === 1) return layouts[0]!;
  const got = layouts.length === 0 ? 'none of their files' : 'files of both';
  throw new Error(`${where}: expected ${cifarText}, got ${got}; the Python and Matlab versions are not read`);
}
