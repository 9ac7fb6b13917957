import type { Dataset, ImageBatch } from '../dataset.ts';
import type { Layout } from '../images.ts';
import { toInterleaved, toPlanes } from '../images.ts';
import { BadImages } from './bad-images.ts';
import { batchRecipe, batchRequest } from './batch-recipe.ts';
import { makeBatch } from './make-batch.ts';

export interface ReadImagesOptions {
  /** A picture of more pixels cannot be decoded. Default: that of `decodeImage`. */
  limitPixels?: number;
}

/**
 * Some images of a set as evaluation sees them, whether they are in memory, pictures to decode, or drawn.
 *
 * @param indices which images, in 0 .. set.length - 1
 * @returns them in the layout that the loader has them in
 * @throws where a picture cannot be read or decoded
 */
export async function readImages(
  set: Dataset,
  indices: readonly number[],
  { limitPixels }: ReadImagesOptions = {},
): Promise<ImageBatch> {
  const request = batchRequest(set, 0, Int32Array.from(indices));
  const draw = 'draw' in set ? set.draw.bind(set) : undefined;
  const { images, layout, views, bad } = await makeBatch(batchRecipe(set, { seed: 0, limitPixels }), request, draw);
  new BadImages('fail').add(bad);
  return {
    images,
    layout,
    shape: [indices.length, set.channels, set.height, set.width],
    views,
    indices: request.indices,
  };
}

/**
 * Image `n` of a batch, H * W * C bytes.
 *
 * @param wanted the layout of the result (default: the batch's); a copy where the batch has the other
 */
export function imageOf(
  { images, layout, shape: [, channels, height, width] }: Pick<ImageBatch, 'images' | 'layout' | 'shape'>,
  n: number,
  wanted: Layout = layout,
): Uint8Array {
  const bytes = channels * height * width;
  const image = images.subarray(n * bytes, (n + 1) * bytes);
  if (wanted === layout) return image;
  return wanted === 'NCHW' ? toPlanes(image, channels) : toInterleaved(image, channels);
}
