import { stream } from '../random/index.ts';
import { type AugmentOptions, cropFlip, sampleCropFlip } from './augment.ts';
import { type Images, imageAt, imageBytes } from './image-set.ts';

/** What it takes to make any batch of a loader; plain data, so that a thread can be given it. */
export interface BatchRecipe {
  images: Images;
  seed: number;
  augment?: AugmentOptions | undefined;
}

/** Which batch to make. */
export interface BatchRequest {
  epoch: number;
  indices: Int32Array;
}

/**
 * The images of one batch, one after the other. They depend on the recipe and the request alone: every image has its
 * own random stream, keyed by (seed, 'augment', epoch, index).
 *
 * This is the one place that produces the pixels of image `index`. Sets that are decoded from files will differ here.
 */
export function makeBatch(
  { images, seed, augment }: BatchRecipe,
  { epoch, indices }: BatchRequest,
): Uint8Array<ArrayBuffer> {
  const bytes = imageBytes(images);
  const batch = new Uint8Array(indices.length * bytes);
  indices.forEach((index, i) => {
    const image = imageAt(images, index);
    const target = batch.subarray(i * bytes, (i + 1) * bytes);
    if (augment === undefined) {
      target.set(image);
    } else {
      const draw = sampleCropFlip(stream(seed, 'augment', epoch, index), augment);
      cropFlip(image, images, draw, augment.padding, target);
    }
  });
  return batch;
}
