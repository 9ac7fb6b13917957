import { stream } from '../random/index.ts';
import { lazyBoxes } from './boxes/lazy-boxes.ts';
import { type ImageSet, imageAt, imageBytes, sharedBytes, sharedIntegers } from './image-set.ts';

/**
 * The first `n` images of a seeded shuffle: what `--limit-train n` trains on. Pixels in memory are copied. A larger
 * subset of the same seed contains every smaller one.
 *
 * @throws where `n` is not a whole number in 1 .. set.length
 */
export function subset<Images extends ImageSet>(set: Images, n: number, seed: number): Images;
export function subset(set: ImageSet, n: number, seed: number): ImageSet {
  if (!Number.isInteger(n) || n < 1 || n > set.length) {
    throw new Error(`subset of ${set.name} ${set.split}: expected 1 to ${set.length} images, got ${n}`);
  }
  const chosen = stream(seed, 'subset').permutation(set.length).subarray(0, n);
  const labels = sharedIntegers(n);
  labels.set(chosen.map((index) => set.labels[index]!));
  const chosenOf = <Item>(list: readonly Item[] | undefined) => list && Array.from(chosen, (index) => list[index]!);
  const copy = lazyBoxes(set, () => ({ boxes: chosenOf(set.boxes), drawnAt: chosenOf(set.drawnAt) }));
  if ('pictures' in set) {
    const pictures = Array.from(chosen, (index) => set.pictures[index]!);
    return Object.assign(copy, { length: n, labels, pictures });
  }
  const images = sharedBytes(n * imageBytes(set));
  chosen.forEach((index, i) => {
    images.set(imageAt(set, index), i * imageBytes(set));
  });
  return Object.assign(copy, { length: n, labels, images });
}
