import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { boolean, option } from '../../options/index.ts';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { type CifarLayout, cifarFileNames, cifarLayouts, recordFiles } from './cifar-layout.ts';
import { decodeCifar } from './cifar-records.ts';
import { readArchive, readFolder } from './data-files.ts';
import { defineDataSet } from './definition.ts';

const archive = /\.(tar\.gz|tgz)$/;

const cifarText = `a folder or .tar.gz with ${cifarLayouts
  .map(({ name, folder }) => `${name}'s binary version (${folder})`)
  .join(' or ')}`;

/** Whether a folder with these names in it has CIFAR's files, in any of their versions. */
export function holdsCifar(names: readonly string[]): boolean {
  // The Python and Matlab versions are refused with a reason.
  const other = /^data_batch_\d/;
  return names.some(
    (name) => cifarFileNames.has(name) || other.test(name) || cifarLayouts.some(({ folder }) => folder === name),
  );
}

/**
 * CIFAR-10 or CIFAR-100 in its binary version, in memory: the published `.tar.gz`, the folder that was unpacked from it, or
 * the folder around that one. Which of the two it is, the names of the files tell.
 */
export const cifar = defineDataSet({
  name: 'cifar',
  description: cifarText,
  example: 'cifar-100-binary:coarse=true',
  options: {
    coarse: option(boolean, {
      default: false,
      description: "learn the 20 superclasses of CIFAR-100's classes, which CIFAR-10 has not",
    }),
  },
  matches: (path, names) => (names === undefined ? archive.test(path) && existsSync(path) : holdsCifar(names)),
  async open(path, { coarse }): Promise<DataParts<LabeledImages<PixelsInMemory>>> {
    if (archive.test(path)) {
      const files = await readArchive(path, cifarFileNames);
      return decodeCifar(layoutOf(files.keys(), path), files, path, coarse);
    }
    const folder = await cifarFolder(path);
    const files = await readFolder(folder, cifarFileNames);
    return decodeCifar(layoutOf(files.keys(), folder), files, folder, coarse);
  },
});

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
