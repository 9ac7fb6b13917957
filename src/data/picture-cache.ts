import { availableMemory } from 'node:process';
import { imageBytes, type PictureSet, sharedBytes } from './image-set.ts';

/** Decoded pictures that threads keep for one another; in shared memory. */
export interface PictureCache {
  /** N * C * H * W bytes, of which those of pictures that were not needed yet take no memory. */
  images: Uint8Array;
  /** 1 for each picture that is there. */
  filled: Uint8Array;
}

/**
 * Room for every picture of a set as it is before it is varied.
 *
 * @param free the memory that is free, in bytes (default: what the process can still have)
 * @throws where the pictures would take more than half of it
 */
export function allocatePictureCache(set: PictureSet, free: number = availableMemory()): PictureCache {
  const bytes = set.length * imageBytes(set);
  if (bytes > free / 2) {
    const { length, channels, height, width, name, split } = set;
    throw new Error(
      `cache of ${name} ${split}: expected at most half of the ${gigabytes(free)} of free memory, got ${gigabytes(bytes)} ` +
        `for ${length} images of ${channels} x ${height} x ${width}; train without the cache, or at a smaller size`,
    );
  }
  return { images: sharedBytes(bytes), filled: sharedBytes(set.length) };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
