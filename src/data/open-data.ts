import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestWord, unknownWord } from '../mix/index.ts';
import { knownLayouts, openCifar } from './cifar.ts';
import type { CifarOptions } from './cifar-records.ts';
import type { DataSource } from './image-set.ts';
import { openShapes, type ShapesOptions } from './shapes/index.ts';

export interface OpenDataOptions extends ShapesOptions, CifarOptions {}

const shapesNumbers = ['size', 'train', 'test', 'seed'] as const;

/**
 * Opens a data set by what a person would type:
 * - `shapes`, or `shapes:size=32,train=4000,test=1000,seed=0`: the embedded set; numbers in the text win over `options`;
 * - a folder or `.tar.gz` with CIFAR-10 or CIFAR-100 in the binary version.
 *
 * All images are then in shared memory.
 *
 * @throws where there is no such thing, or it is damaged; the message names the file and the way out
 */
export async function openData(path: string, options: OpenDataOptions = {}): Promise<DataSource> {
  const [name, ...text] = path.split(':');
  if (name === 'shapes') return openShapes({ ...options, ...parseShapes(text.join(':')) });
  if (!existsSync(path)) {
    const hint = nearestWord(path, ['shapes']) === 'shapes' && !path.includes('/') ? `; did you mean 'shapes'?` : '';
    throw new Error(
      `data: expected 'shapes', or a folder or .tar.gz with ${knownLayouts}, got '${path}', which does not exist${hint}`,
    );
  }
  return openCifar(path, options);
}

/** What {@link openData} takes, independent of the working folder: paths become absolute. For records. */
export function dataLocation(path: string): string {
  return path.split(':')[0] === 'shapes' ? path : resolve(path);
}

function parseShapes(text: string): ShapesOptions {
  const numbers: ShapesOptions = {};
  for (const word of text === '' ? [] : text.split(',')) {
    const [name = '', value = ''] = word.split('=');
    const known = shapesNumbers.find((candidate) => candidate === name);
    if (known === undefined) throw new Error(unknownWord('shapes: unknown option', name, shapesNumbers));
    if (!/^\d+$/.test(value)) throw new Error(`shapes: expected ${name}=<whole number>, got '${word}'`);
    numbers[known] = Number(value);
  }
  return numbers;
}
