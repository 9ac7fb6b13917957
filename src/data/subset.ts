import { stream } from '../random/index.ts';
import { allocateImageSet, type ImageSet, imageAt, imageBytes } from './image-set.ts';

/**
 * The first `n` images of a seeded shuffle, copied: what `--limit-train n` trains on. A larger subset of the same seed
 * contains every smaller one.
 *
 * @throws where `n` is not a whole number in 1 .. set.length
 */
export function subset(set: ImageSet, n: number, seed: number): ImageSet {
  if (!Number.isInteger(n) || n < 1 || n > set.length) {
    throw new Error(`subset of ${set.name} ${set.split}: expected 1 to ${set.length} images, got ${n}`);
  }
  const chosen = stream(seed, 'subset').permutation(set.length).subarray(0, n);
  const result = allocateImageSet({ ...set, length: n });
  chosen.forEach((index, i) => {
    result.images.set(imageAt(set, index), i * imageBytes(set));
    result.labels[i] = set.labels[index]!;
  });
  return result;
}
