import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { FileError, readRegularFile } from '../files/index.ts';

/** As the hub's programs call them. */
export const weightsName = 'model.safetensors';
export const indexName = `${weightsName}.index.json`;

const largestIndex = 50_000_000;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Where weights lie on the disk. */
export interface WeightFiles {
  files: string[];
  /** The file of each tensor, where an index says so. */
  places?: ReadonlyMap<string, string>;
}

/**
 * The safetensors files of a path: a file itself, the parts that an index (`NAME.safetensors.index.json`) names, or either
 * in a folder of the hub's layout, as `model.safetensors` or `model.safetensors.index.json`.
 *
 * @throws FileError where a folder has neither, or an index is none
 */
export function weightFilesOf(path: string): WeightFiles {
  if (isFolder(path)) {
    const found = [weightsName, indexName].map((name) => join(path, name)).find(exists);
    if (found !== undefined) return weightFilesOf(found);
    const expected = `a safetensors file, or a folder with ${weightsName} or ${indexName}`;
    throw new FileError(path, expected, 'a folder with neither');
  }
  if (!path.endsWith('.index.json')) return { files: [path] };
  const places = readIndex(path);
  return { files: [...new Set(places.values())], places };
}

/** Whether all files of {@link weightFilesOf} are there. */
export function hasWeights(folder: string): boolean {
  return (
    [weightsName, indexName].some((name) => exists(join(folder, name))) && weightFilesOf(folder).files.every(exists)
  );
}

function readIndex(path: string): Map<string, string> {
  const expected = "an index of safetensors files, with a mapping 'weight_map' of tensors to files beside it";
  const text = readRegularFile(path, { expected, atMost: largestIndex }).toString('utf8');
  const parsed = indexSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new FileError(path, expected, 'another file');
  return new Map(
    Object.entries(parsed.data.weight_map).map(([tensor, name]) => {
      // A name with folders could lead anywhere.
      if (name === basename(name) && name.endsWith('.safetensors')) return [tensor, join(dirname(path), name)];
      throw new FileError(path, `the name of a safetensors file beside it for '${tensor}'`, `'${name}'`);
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
