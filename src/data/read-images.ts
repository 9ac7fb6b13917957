import { BadImages } from './bad-images.ts';
import { makeBatch } from './batch.ts';
import { batchRecipe, batchRequest } from './batch-recipe.ts';
import type { ImageSet, Images } from './image-set.ts';

export interface ReadImagesOptions {
  /** A picture of more pixels cannot be decoded. Default: that of `decodeImage`. */
  limitPixels?: number;
}

/**
 * Some images of a set as evaluation sees them, whether they are in memory or pictures to decode.
 *
 * @param indices which images, in 0 .. set.length - 1
 * @throws where a picture cannot be read or decoded
 */
export async function readImages(
  set: ImageSet,
  indices: readonly number[],
  { limitPixels }: ReadImagesOptions = {},
): Promise<Images> {
  const request = batchRequest(set, 0, Int32Array.from(indices));
  const { images, bad } = await makeBatch(batchRecipe(set, { seed: 0, limitPixels }), request);
  new BadImages('fail').add(bad);
  return { channels: set.channels, height: set.height, width: set.width, images };
}
