import type { RandomStream } from '../random/index.ts';
import { augmentImage } from './augment.ts';
import type { BatchRecipe } from './batch-recipe.ts';
import { centreCrop, decodeImage, type PictureTransform, sampleTrainingCrop } from './decode/index.ts';
import { type ImageShape, imageAt, imageBytes } from './image-set.ts';
import { type PictureLocation, readPicture } from './picture-location.ts';

/** Images of at most this height are whole pictures, padded and cropped back in training; larger ones are parts of them. */
export const largestWhole = 64;

/** Whether a training image shows the whole picture (CIFAR's recipe) instead of a random part of it (ImageNet's). */
export function showsWhole({ height }: ImageShape): boolean {
  return height <= largestWhole;
}

/**
 * Makes image `index` of a set from its picture: decoded, and varied as the recipe says.
 *
 * @returns why the picture cannot be decoded, where it cannot
 * @throws where its file cannot be read: that is no fault of the picture
 */
export async function makePicture(
  index: number,
  location: PictureLocation,
  recipe: BatchRecipe,
  random: () => RandomStream,
  target: Uint8Array,
): Promise<string | undefined> {
  const { images: shape, augment } = recipe;
  if (augment !== undefined && !showsWhole(shape)) {
    const { flip, scale, colour = false } = augment;
    const options = { size: shape.height, flip, scale, colour };
    return decode(location, (picture) => sampleTrainingCrop(picture, random(), options), recipe, target);
  }
  const whole = augment === undefined ? target : new Uint8Array(target.length);
  const reason = await decodeWhole(index, location, recipe, whole);
  if (reason === undefined && augment !== undefined) augmentImage(whole, shape, augment, random(), target);
  return reason;
}

/** The picture before it is varied: from the cache, where it is there. */
async function decodeWhole(
  index: number,
  location: PictureLocation,
  recipe: BatchRecipe,
  target: Uint8Array,
): Promise<string | undefined> {
  const { images: shape, cache } = recipe;
  if (cache !== undefined && Atomics.load(cache.filled, index) === 1) {
    target.set(imageAt({ ...shape, images: cache.images }, index));
    return undefined;
  }
  const size = shape.height;
  // ImageNet's protocol leaves a border out: resize to 256, crop to 224. Small pictures cannot spare it.
  const options = showsWhole(shape) ? { size, shorterSide: size } : { size };
  const reason = await decode(location, (picture) => centreCrop(picture, options), recipe, target);
  if (reason === undefined && cache !== undefined) {
    cache.images.set(target, index * imageBytes(shape));
    Atomics.store(cache.filled, index, 1);
  }
  return reason;
}

async function decode(
  location: PictureLocation,
  transform: PictureTransform,
  { limitPixels }: BatchRecipe,
  target: Uint8Array,
): Promise<string | undefined> {
  const bytes = await readPicture(location);
  try {
    await decodeImage(bytes, transform, target, { limitPixels });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
