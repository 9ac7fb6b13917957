import type { LabeledImages, PixelsInMemory } from '../dataset.ts';
import { whole } from '../decode/picture-plan.ts';
import { resample, resamplingOf } from '../decode/resample.ts';
import { type ImageSpec, imageAt, imageBytes, toInterleaved, toPlanes } from '../images.ts';
import { allocateImages } from '../own-dataset.ts';

/**
 * Images in memory as a network takes them: resized by the bilinear filter that pictures are resized with, and gray ones
 * given three equal channels. The set itself where it has that shape already.
 *
 * @throws where the channels cannot be made those of the network
 */
export function resizeImages(set: LabeledImages<PixelsInMemory>, spec: ImageSpec): LabeledImages<PixelsInMemory> {
  const { channels, height, width } = spec;
  if (set.channels === channels && set.height === height && set.width === width) return set;
  if (channels !== 3 || (set.channels !== 3 && set.channels !== 1)) {
    throw new Error(`${set.name}: expected images of ${channels} channels for this network, got ${set.channels}`);
  }
  const resized = allocateImages({ ...set, channels, height, width });
  const size = { width, height };
  const resampling = resamplingOf({ box: whole(set), resized: size, window: whole(size), flip: false });
  const pixels = new Uint8Array(imageBytes(spec));
  for (let index = 0; index < set.length; index++) {
    const image = imageAt(set, index);
    resample(set.channels === 3 ? toInterleaved(image, 3) : threeEqual(image), set, resampling, pixels);
    imageAt(resized, index).set(toPlanes(pixels, 3));
  }
  return resized;
}

/** Gray as red, green and blue in turn. */
function threeEqual(plane: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * plane.length }, (_, i) => plane[Math.floor(i / 3)]!);
}
