import { stream } from '../random/index.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PicturesByClass } from './picture-source.ts';

/**
 * Sets a share of each class's pictures aside, chosen by seed: of a class with two pictures or more, at least one goes
 * to each side; a single one is trained on. What is chosen of a class depends on its name and pictures alone.
 *
 * @param where the folder or archive, for error messages
 * @throws where the share is not between 0 and 1, and where no class has a picture to spare
 */
export function stratifiedSplit(
  where: string,
  pictures: PicturesByClass,
  testShare: number,
  seed: number,
): { train: PicturesByClass; test: PicturesByClass } {
  if (!(testShare > 0 && testShare < 1)) {
    throw new Error(`${where}: expected testShare to be a number between 0 and 1, got ${testShare}`);
  }
  const train = new Map<string, PictureLocation[]>();
  const test = new Map<string, PictureLocation[]>();
  for (const [name, all] of pictures) {
    const share = Math.max(1, Math.min(all.length - 1, Math.round(all.length * testShare)));
    const aside = new Set(all.length < 2 ? [] : stream(seed, 'split', name).permutation(all.length).subarray(0, share));
    train.set(
      name,
      all.filter((_, i) => !aside.has(i)),
    );
    test.set(
      name,
      all.filter((_, i) => aside.has(i)),
    );
  }
  if ([...test.values()].every(({ length }) => length === 0)) {
    throw new Error(
      `${where}: expected a class with two pictures or more, got one of each; add pictures, or a val folder`,
    );
  }
  return { train, test };
}
