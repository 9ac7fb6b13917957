import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { choice, integer, option } from '../../options/index.ts';
import { dataset } from '../own-dataset.ts';
import { pictureFile } from '../picture-location.ts';
import { holdsCifar } from '../sets/cifar.ts';
import { checkLost, PassedOverList, passedOverText } from '../sets/passed-over.ts';
import { namedAway, picturesUnder } from '../sets/picture-files.ts';
import { holdsShards } from '../sets/shard-list.ts';
import { subset } from '../subset.ts';
import { defineOodSet, oodHeader } from './definition.ts';
import { dataName } from './ood-text.ts';

/** Pictures in a folder and its folders, whatever these are called. */
export const pictureFolder = defineOodSet({
  name: 'folder',
  description: 'a folder with .jpg, .png, .webp or .tif pictures in it or in its folders',
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
  matches: (path, names) => names !== undefined && !holdsCifar(names) && (holdsPictures(path) || !holdsShards(path)),
  async open({ fit, seed: chosen }, path, like, { limit, seed: asked = 0, onBadImage, allowSkipped = false }) {
    const seed = chosen ?? asked;
    const list = new PassedOverList();
    const paths = await picturesUnder(path, path, list);
    const passedOver = list.list();
    if (paths.length === 0) {
      const lost = passedOver.length === 0 ? '' : ` (passed over: ${passedOverText(passedOver)})`;
      throw new Error(`${path}: expected .jpg, .png, .webp or .tif pictures, got a folder without pictures${lost}`);
    }
    if (!allowSkipped) checkLost(path, paths.length, passedOver);
    if (like.channels !== 3) throw new Error(`${path}: expected a network of 3 channels, got ${like.channels}`);
    const { length, ...header } = oodHeader(`${dataName(path)} (${fit})`, paths.length, like);
    const all = dataset({ ...header, pictures: paths, labels: new Int32Array(length), fit: 'stretch' });
    const pictures = limit !== undefined && limit < length ? subset(all, limit, seed) : all;
    if (fit === 'stretch') return { ...pictures, passedOver };
    const { randomWindows } = await import('./random-windows.ts');
    return { ...(await randomWindows(pictures, { seed, onBadImage })), passedOver };
  },
});

/** Whether there is a picture by its name in a folder or in one inside; no further than the first. */
function holdsPictures(folder: string): boolean {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => namedAway(name) === undefined);
  if (entries.some((entry) => !entry.isDirectory() && pictureFile.test(entry.name))) return true;
  return entries.some((entry) => entry.isDirectory() && holdsPictures(join(folder, entry.name)));
}
