import { stream } from '../random/index.ts';
import type { LabeledImages } from './dataset.ts';
import { select } from './subset.ts';

/** Which share of a set is put aside, and by what it is chosen. */
export interface ShareAside {
  /** Of each class's images; between 0 and 1. */
  share: number;
  seed: number;
  /** Keys the choice: what is chosen under one key has nothing to do with another's. */
  key: string;
}

/**
 * Sets a share of each class's images aside, chosen by seed: of a class with two images or more, at least one goes
 * to each side; a single one stays. What is chosen of a class depends on its name and number of images alone.
 *
 * @param where the folder or archive, for error messages
 * @returns the others and those put aside, both in the order of the set
 * @throws where no class has an image to spare
 */
export function stratifiedSplit<Set extends LabeledImages>(
  where: string,
  set: Set,
  { share, seed, key }: ShareAside,
): { rest: Set; aside: Set } {
  const isAside = new Uint8Array(set.length);
  for (const [label, all] of indicesByLabel(set).entries()) {
    if (all.length < 2) continue;
    const name = set.classes[label]!;
    const count = Math.max(1, Math.min(all.length - 1, Math.round(all.length * share)));
    for (const place of stream(seed, key, name).permutation(all.length).subarray(0, count)) isAside[all[place]!] = 1;
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

function indicesByLabel({ classes, labels }: LabeledImages): number[][] {
  const found: number[][] = classes.map(() => []);
  labels.forEach((label, index) => {
    found[label]!.push(index);
  });
  return found;
}
