import type { RandomStream } from '../random/index.ts';
import { augmentImage } from './augment.ts';
import type { BatchRecipe } from './batch-recipe.ts';
import { decodeImage, type PictureTransform } from './decode/index.ts';
import { imageAt, imageBytes } from './image-set.ts';
import { type PictureLocation, readPicture } from './picture-location.ts';
import { evaluationView, showsWhole, trainingView } from './picture-view.ts';

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
  const { images: shape, fit, augment } = recipe;
  if (augment !== undefined && !showsWhole(shape)) {
    return decode(location, trainingView(shape, fit, augment, random), recipe, target);
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
  const { images: shape, fit, cache } = recipe;
  if (cache !== undefined && Atomics.load(cache.filled, index) === 1) {
    target.set(imageAt({ ...shape, images: cache.images }, index));
    return undefined;
  }
  const reason = await decode(location, evaluationView(shape, fit), recipe, target);
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
