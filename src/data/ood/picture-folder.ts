import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { choice, integer, option } from '../../options/index.ts';
import { dataset } from '../own-dataset.ts';
import { pictureFile } from '../picture-location.ts';
import { holdsCifar } from '../sets/cifar.ts';
import { holdsShards } from '../sets/shard-list.ts';
import { subset } from '../subset.ts';
import { defineOodSet, oodHeader } from './definition.ts';
import { dataName } from './ood-text.ts';

/** Pictures in a folder and its folders, whatever these are called. */
export const pictureFolder = defineOodSet({
  name: 'folder',
  description: 'a folder with .jpg, .png or .webp pictures in it or in its folders',
  example: 'photos:fit=window,seed=0',
  options: {
    fit: option(choice(['stretch', 'window']), {
      default: 'stretch',
      description:
        'stretch: the whole picture as a square; window: a random part of the size of the images, not resized, in memory',
    }),
    seed: option(integer({ min: 0 }), {
      description: 'chooses the windows, and the images under a limit',
      otherwise: '0',
    }),
  },
  matches: (path, names) =>
    names !== undefined && !holdsCifar(names) && (picturesUnder(path).length > 0 || !holdsShards(path)),
  async open({ fit, seed: chosen }, path, like, { limit, seed: asked = 0, onBadImage }) {
    const seed = chosen ?? asked;
    const paths = picturesUnder(path);
    if (paths.length === 0)
      throw new Error(`${path}: expected .jpg, .png or .webp pictures, got a folder without pictures`);
    if (like.channels !== 3) throw new Error(`${path}: expected a network of 3 channels, got ${like.channels}`);
    const { length, ...header } = oodHeader(`${dataName(path)} (${fit})`, paths.length, like);
    const all = dataset({ ...header, pictures: paths, labels: new Int32Array(length), fit: 'stretch' });
    const pictures = limit !== undefined && limit < length ? subset(all, limit, seed) : all;
    if (fit === 'stretch') return pictures;
    const { randomWindows } = await import('./random-windows.ts');
    return randomWindows(pictures, { seed, onBadImage });
  },
});

/** Hidden files are passed over, and links to folders; the order is that of the paths' UTF-16 units. */
function picturesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && pictureFile.test(entry.name));
  const names = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const isHidden = (name: string) => name.split(sep).some((part) => part.startsWith('.'));
  return names
    .filter((name) => !isHidden(name))
    .sort()
    .map((name) => join(folder, name));
}
