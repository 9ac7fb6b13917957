import type { Box } from '../geometry/index.ts';
import type { RandomStream } from '../random/index.ts';
import type { ImageSpec, Layout } from './images.ts';

/** The rectangle's share of the image, and height over width: torchvision's defaults. */
const [scale, ratio] = [
  [0.02, 0.33],
  [0.3, 3.3],
] as const;

/** Tries until a rectangle is smaller than the image both ways. */
const tries = 10;

/**
 * Draws what random erasing (Zhong et al. 2020, Random Erasing Data Augmentation) erases of an image, as torchvision's
 * `RandomErasing`: with `probability` a rectangle of 0.02 to 0.33 of the area, its proportions even on a logarithmic scale
 * from 0.3 to 3.3.
 *
 * @returns null where nothing is erased
 */
export function sampleErasing(
  random: RandomStream,
  probability: number,
  { height, width }: Pick<ImageSpec, 'height' | 'width'>,
): Box | null {
  if (random.uniform() >= probability) return null;
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  for (let attempt = 0; attempt < tries; attempt++) {
    const area = height * width * between(...scale);
    const proportion = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const [tall, wide] = [Math.round(Math.sqrt(area * proportion)), Math.round(Math.sqrt(area / proportion))];
    if (tall >= height || wide >= width) continue;
    const top = random.integer(height - tall + 1);
    const left = random.integer(width - wide + 1);
    return [left, top, left + wide, top + tall];
  }
  return null;
}

/**
 * Fills a rectangle of an image in place.
 *
 * @param color a byte for each channel; the mean color is what torchvision's value 0 is behind the normalization
 */
export function eraseBox(
  bytes: Uint8Array,
  { channels, height, width }: ImageSpec,
  layout: Layout,
  [left, top, right, bottom]: Box,
  color: readonly number[],
): void {
  const [pixelStep, channelStep] = layout === 'NHWC' ? [channels, 1] : [1, height * width];
  for (let channel = 0; channel < channels; channel++) {
    for (let y = top; y < bottom; y++) {
      const row = channel * channelStep + y * width * pixelStep;
      for (let x = left; x < right; x++) bytes[row + x * pixelStep] = color[channel] ?? 0;
    }
  }
}
