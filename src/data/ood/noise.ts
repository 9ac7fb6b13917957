import { type RandomStream, stream } from '../../random/index.ts';
import { allocateImageSet, type ImageSetHeader, imageAt, type PixelSet } from '../image-set.ts';

/**
 * The noise that ODIN is measured on (Liang et al. 2018, code/calData.py), independent for each pixel and channel: uniform
 * over 0..1, and normal around 0.5 with standard deviation 1, clamped to 0..1. Rounded to 256 levels, as a picture is;
 * that code does not round.
 */
const samplers = {
  uniform: (random: RandomStream) => random.integer(256),
  gaussian: (random: RandomStream) => Math.round(255 * Math.min(1, Math.max(0, random.normal() + 0.5))),
};

export type NoiseKind = keyof typeof samplers;
export const noiseKinds = ['uniform', 'gaussian'] as const satisfies readonly NoiseKind[];

/** Images of noise in memory. Each depends on the seed and its number alone, so that fewer are the first of more. */
export function noiseImages(kind: NoiseKind, header: ImageSetHeader, seed: number): PixelSet {
  const set = allocateImageSet(header);
  for (let index = 0; index < set.length; index++) {
    const random = stream(seed, kind, index);
    const image = imageAt(set, index);
    for (let i = 0; i < image.length; i++) image[i] = samplers[kind](random);
  }
  return set;
}
