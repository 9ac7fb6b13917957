import type { AugmentOptions } from '../augment.ts';
import type { Dataset } from '../dataset.ts';
import type { ImageSpec } from '../images.ts';
import type { PictureSource } from '../picture-location.ts';
import type { PictureFit } from '../picture-view.ts';
import { type MapTargetModule, portableModule } from './map-target.ts';
import { allocatePictureCache, type PictureCache } from './picture-cache.ts';

/** What it takes to make any batch of a loader; plain data, so that a thread can be given it. */
export interface BatchRecipe {
  /** Name and part of the set, for error messages. */
  owner: string;
  spec: ImageSpec;
  /** All pixels, where they are in memory. */
  images?: Uint8Array | undefined;
  /** What of a picture is shown (default `'crop'`). */
  fit?: PictureFit | undefined;
  /** The share of its side that evaluation shows (default: see `evaluationView`). */
  cropShare?: number | undefined;
  seed: number;
  augment?: AugmentOptions | undefined;
  /** The mean color as bytes, which erased rectangles get. */
  meanColor: number[];
  cache?: PictureCache | undefined;
  limitPixels?: number | undefined;
  /** A file that cannot be read is a bad picture like any other (default: an error, since a whole disk may be gone). */
  listUnread?: boolean | undefined;
  mapTarget?: { module: string; name: string } | undefined;
}

/** Which batch to make. */
export interface BatchRequest {
  epoch: number;
  indices: Int32Array;
  /** Where the picture of each of these images is, unless they are in memory or drawn. */
  pictures?: readonly PictureSource[] | undefined;
  /** One for each of these images, where targets follow the pictures. */
  targets?: readonly unknown[] | undefined;
}

export interface BatchRecipeOptions {
  seed: number;
  augment?: AugmentOptions | undefined;
  cache?: boolean | undefined;
  limitPixels?: number | undefined;
  mapTarget?: MapTargetModule | undefined;
}

export function batchRecipe(set: Dataset, options: BatchRecipeOptions): BatchRecipe {
  const { seed, augment, cache = false, limitPixels, mapTarget } = options;
  const { name, part, channels, height, width } = set;
  return {
    owner: `${name} ${part}`,
    spec: { channels, height, width },
    seed,
    augment,
    meanColor: set.normalization.mean.map((value) => Math.round(255 * value)),
    mapTarget: mapTarget && portableModule(mapTarget),
    ...('images' in set && { images: set.images }),
    ...('pictures' in set && {
      ...{ fit: set.fit, cropShare: set.cropShare, limitPixels },
      cache: cache ? allocatePictureCache(set) : undefined,
    }),
  };
}

export function batchRequest(set: Dataset, epoch: number, indices: Int32Array): BatchRequest {
  if (!('pictures' in set)) return { epoch, indices };
  return { epoch, indices, pictures: Array.from(indices, (index) => set.pictures[index]!) };
}
