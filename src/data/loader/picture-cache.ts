import { availableMemory } from 'node:process';
import type { Size } from '../../geometry/index.ts';
import type { Dataset, EncodedPictures } from '../dataset.ts';
import { imageBytes, sharedBytes, sharedIntegers } from '../images.ts';

/** Decoded pictures that threads keep for one another; in shared memory. */
export interface PictureCache {
  /** N * H * W * C bytes, of which those of pictures that were not needed yet take no memory. */
  images: Uint8Array;
  /** Height and width of each picture before it was resized; the width is 0 until the picture is there. */
  sizes: Int32Array;
}

/**
 * Room for every picture of a set as it is before it is varied.
 *
 * @param free the memory that is free, in bytes (default: what the process can still have)
 * @throws where the pictures would take more than half of it
 */
export function allocatePictureCache(
  set: Dataset<unknown, EncodedPictures>,
  free: number = availableMemory(),
): PictureCache {
  const bytes = set.length * imageBytes(set);
  if (bytes > free / 2) {
    const { length, channels, height, width, name, part } = set;
    throw new Error(
      `cache of ${name} ${part}: expected at most half of the ${gigabytes(free)} of free memory, got ${gigabytes(bytes)} ` +
        `for ${length} images of ${channels} x ${height} x ${width}; train without the cache, or at a smaller size`,
    );
  }
  return { images: sharedBytes(bytes), sizes: sharedIntegers(2 * set.length) };
}

/** Copies image `index` into `target`. @returns the size of its picture; undefined where it is not there yet */
export function readCached({ images, sizes }: PictureCache, index: number, target: Uint8Array): Size | undefined {
  const width = Atomics.load(sizes, 2 * index + 1);
  if (width === 0) return undefined;
  target.set(images.subarray(index * target.length, (index + 1) * target.length));
  return { height: sizes[2 * index]!, width };
}

/** Keeps image `index`, for all threads. */
export function keepCached({ images, sizes }: PictureCache, index: number, image: Uint8Array, picture: Size): void {
  images.set(image, index * image.length);
  sizes[2 * index] = picture.height;
  // Last, and so that whoever sees it sees the pixels too.
  Atomics.store(sizes, 2 * index + 1, picture.width);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
