import { keyedSeed } from '../random/index.ts';
import type { LabeledImages } from './dataset.ts';
import { dataFolder, imageName } from './image-name.ts';
import { select } from './subset.ts';

/** Which share of a set is put aside, and by what it is chosen. */
export interface ShareAside {
  /** Of the images; between 0 and 1. */
  share: number;
  seed: number;
  /** Keys the choice: what is chosen under one key has nothing to do with another's. */
  key: string;
}

/**
 * Sets about a share of the images aside: those whose names have a low hash. Where a picture goes follows from its name and
 * its class's alone, so that the others stay where they are when one is added or removed. Of a class with two images or
 * more, at least one goes to each side, the one with the lowest or the highest hash; a single one stays.
 *
 * @param where the data's path, for names and for error messages
 * @returns the others and those put aside, both in the order of the set
 * @throws where no class has an image to spare
 */
export function hashSplit<Set extends LabeledImages>(
  where: string,
  set: Set,
  { share, seed, key }: ShareAside,
): { rest: Set; aside: Set } {
  const nameOf = imageName(dataFolder(where), set);
  const places = Float64Array.from(
    { length: set.length },
    (_, index) => keyedSeed(seed, key, set.classes[set.labels[index]!]!, nameOf(index)) / 2 ** 53,
  );
  const isAside = Uint8Array.from(places, (place) => (place < share ? 1 : 0));
  for (const { count, lowest, highest } of extremesByLabel(set, places)) {
    if (count < 2) {
      if (count === 1) isAside[lowest] = 0;
      continue;
    }
    isAside[lowest] = 1;
    isAside[highest] = 0;
  }
  if (!isAside.includes(1)) {
    throw new Error(
      `${where}: expected a class with two pictures or more, got one of each; add pictures, or a val folder`,
    );
  }
  const side = (value: number) =>
    select(
      set,
      Int32Array.from(isAside.keys()).filter((index) => isAside[index] === value),
    );
  return { rest: side(0), aside: side(1) };
}

/** Of each class: how many images it has, and which of them has the lowest and the highest place. */
function extremesByLabel({ classes, labels }: LabeledImages, places: Float64Array) {
  const found = classes.map(() => ({ count: 0, lowest: -1, highest: -1 }));
  labels.forEach((label, index) => {
    const one = found[label]!;
    if (one.count === 0 || places[index]! < places[one.lowest]!) one.lowest = index;
    if (one.count === 0 || places[index]! > places[one.highest]!) one.highest = index;
    one.count++;
  });
  return found;
}
