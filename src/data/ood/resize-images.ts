import { whole } from '../decode/picture-plan.ts';
import { resample, resamplingOf } from '../decode/resample.ts';
import { allocateImageSet, type ImageShape, type Images, imageAt, type PixelSet } from '../image-set.ts';

/**
 * Images in memory as a network takes them: resized by the bilinear filter that pictures are resized with, and gray ones
 * given three equal channels. The set itself where it has that shape already.
 *
 * @throws where the channels cannot be made those of the network
 */
export function resizeImages(set: PixelSet, shape: ImageShape): PixelSet {
  const { channels, height, width } = shape;
  if (set.channels === channels && set.height === height && set.width === width) return set;
  if (channels !== 3 || (set.channels !== 3 && set.channels !== 1)) {
    throw new Error(`${set.name}: expected images of ${channels} channels for this network, got ${set.channels}`);
  }
  const resized = allocateImageSet({ ...set, channels, height, width });
  const size = { width, height };
  const resampling = resamplingOf({ box: whole(set), resized: size, window: whole(size), flip: false });
  for (let index = 0; index < set.length; index++) {
    resample(interleaved(set, index), set, resampling, imageAt(resized, index));
  }
  return resized;
}

/** An image as red, green and blue in turn, from planes of them or from one plane of gray. */
function interleaved(images: Images, index: number): Uint8Array {
  const planes = imageAt(images, index);
  const area = images.height * images.width;
  const pixels = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * i + channel] = planes[(images.channels === 3 ? channel * area : 0) + i]!;
    }
  }
  return pixels;
}
