/** Files of images in memory, of formats that test sets come in. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LabeledImages } from '../dataset.ts';
import { decodePart } from '../sets/cifar-records.ts';
import { readFolder } from '../sets/data-files.ts';
import { subset } from '../subset.ts';
import { defineOodSet, type NetworkImages, type OodImages, type OpenOodOptions, oodHeader } from './definition.ts';
import { isIdxName, readIdxImages } from './idx-images.ts';
import { dataName } from './ood-text.ts';
import { resizeImages } from './resize-images.ts';

/** CIFAR-10's records: a byte for the class, which may be any, and 3,072 for the pixels. */
export const recordFile = defineOodSet({
  name: 'records',
  description: 'a .bin file of records as CIFAR-10 has them, of any classes',
  example: 'dtd32/textures.bin',
  options: {},
  matches: (path) => path.endsWith('.bin') && existsSync(path),
  async open(_options, path, like, options) {
    const [folder, file] = [dirname(path), basename(path)];
    const labels = [{ classes: 256, namesFile: '' }];
    const layout = { name: dataName(path), folder: '', train: [], test: [file], labels };
    const files = await readFolder(folder, new Set([file]));
    return fitted(decodePart(layout, 'test', files, folder, 0, ['unknown']), like, options);
  },
});

/** MNIST's format: gray images, as they are or in a `.gz`. */
export const idxFile = defineOodSet({
  name: 'idx',
  description: 'an idx3-ubyte file (MNIST), or .gz: gray, made three equal channels',
  example: 'mnist/t10k-images-idx3-ubyte.gz',
  options: {},
  matches: (path) => isIdxName(path) && existsSync(path),
  open: async (_options, path, like, options) =>
    fitted(await readIdxImages(path, dataName(path), like.normalization), like, options),
});

/**
 * Images as one class, of the network's size; under a limit, the first of a shuffle.
 *
 * @throws where pictures are shown at another size, and where images in memory cannot be made the network's
 */
export function fitted(
  set: LabeledImages,
  like: NetworkImages,
  { limit = set.length, seed = 0 }: OpenOodOptions,
): OodImages {
  const { boxes: _, ...images } = set;
  const { classes, normalization } = oodHeader(set.name, set.length, like);
  const one = { ...images, classes, labels: new Int32Array(set.length), normalization } as LabeledImages;
  const some = limit < set.length ? subset(one, limit, seed) : one;
  if ('images' in some) return resizeImages(some, like);
  if ('pictures' in some && some.height === like.height) return some;
  throw new Error(`${set.name}: expected the network's size, ${like.height}, got ${set.height}; leave out its size`);
}
