import type { AugmentOptions } from './augment.ts';
import type { ImageSet, ImageShape, Images } from './image-set.ts';
import { allocatePictureCache, type PictureCache } from './picture-cache.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';

/** What it takes to make any batch of a loader; plain data, so that a thread can be given it. */
export interface BatchRecipe {
  /** The pixels; of pictures that are decoded, only the size. */
  images: Images | ImageShape;
  /** What of a picture is shown (default `'crop'`). */
  fit?: PictureFit | undefined;
  seed: number;
  augment?: AugmentOptions | undefined;
  cache?: PictureCache | undefined;
  limitPixels?: number | undefined;
}

/** Which batch to make. */
export interface BatchRequest {
  epoch: number;
  indices: Int32Array;
  /** Where the picture of each of these images is, unless the pixels are in memory. */
  pictures?: PictureLocation[] | undefined;
}

export interface BatchRecipeOptions {
  seed: number;
  augment?: AugmentOptions | undefined;
  cache?: boolean | undefined;
  limitPixels?: number | undefined;
}

export function batchRecipe(set: ImageSet, options: BatchRecipeOptions): BatchRecipe {
  const { seed, augment, cache = false, limitPixels } = options;
  const { channels, height, width } = set;
  const shape = { channels, height, width };
  if (!('pictures' in set)) return { images: { ...shape, images: set.images }, seed, augment };
  const pictureCache = cache ? allocatePictureCache(set) : undefined;
  return { images: shape, fit: set.fit, seed, augment, cache: pictureCache, limitPixels };
}

export function batchRequest(set: ImageSet, epoch: number, indices: Int32Array): BatchRequest {
  if (!('pictures' in set)) return { epoch, indices };
  return { epoch, indices, pictures: Array.from(indices, (index) => set.pictures[index]!) };
}
