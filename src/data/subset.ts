import { stream } from '../random/index.ts';
import { boxesAt, partsAt, readOnce } from './boxes/ground-truth.ts';
import type { Dataset, LabeledImages } from './dataset.ts';
import { imageAt, imageBytes, sharedBytes } from './images.ts';

/**
 * The first `n` images of a seeded shuffle: what `--limit-train n` trains on. Pixels in memory are copied. A larger
 * subset of the same seed contains every smaller one.
 *
 * @param seed keys the shuffle
 * @throws where `n` is not a whole number in 1 .. set.length
 */
export function subset<Set extends Dataset>(set: Set, n: number, seed: number): Set {
  if (!Number.isInteger(n) || n < 1 || n > set.length) {
    throw new Error(`subset of ${set.name} ${set.part}: expected 1 to ${set.length} images, got ${n}`);
  }
  return select(set, stream(seed, 'subset').permutation(set.length).subarray(0, n));
}

/**
 * Some images of a set, in the order in which they are named, with their targets, labels, boxes and parts. Pixels in memory are
 * copied.
 *
 * @param indices in 0 .. set.length - 1
 */
export function select<Set extends Dataset>(set: Set, indices: Int32Array): Set;
export function select(set: Dataset | LabeledImages, indices: Int32Array): Dataset {
  const chosen = { ...set, ...selectedTargets(set, indices), length: indices.length };
  if ('pictures' in set) return { ...chosen, pictures: Array.from(indices, (index) => set.pictures[index]!) };
  if (!('images' in set)) return { ...chosen, draw: (index: number) => set.draw(indices[index]!) };
  const bytes = imageBytes(set);
  const images = sharedBytes(indices.length * bytes);
  indices.forEach((index, i) => {
    images.set(imageAt(set, index), i * bytes);
  });
  return { ...chosen, images };
}

function selectedTargets(
  set: Dataset | LabeledImages,
  indices: Int32Array,
): Partial<LabeledImages> | Pick<Dataset, 'target'> {
  if (!('labels' in set)) return { target: (index) => set.target(indices[index]!) };
  const labels = indices.map((index) => set.labels[index]!);
  const { boxes, parts } = set;
  return {
    ...{ labels, target: (index: number) => labels[index]! },
    ...(boxes && { boxes: readOnce(async () => boxesAt(await boxes(), indices)) }),
    ...(parts && { parts: readOnce(async () => partsAt(await parts(), indices)) }),
  };
}
