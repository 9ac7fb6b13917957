import { checkOption, integer, option } from '../../options/index.ts';
import { type RandomStream, stream } from '../../random/index.ts';
import { imageAt } from '../images.ts';
import { allocateImages } from '../own-dataset.ts';
import { defineOodSet, type OodSetDefinition, oodHeader } from './definition.ts';

/**
 * The noise that ODIN is measured on (Liang et al. 2018, code/calData.py), independent for each pixel and channel. Rounded to
 * 256 levels, as a picture is; that code does not round. Each image depends on the seed and its number alone, so that fewer
 * are the first of more.
 */
function noiseSet(name: string, description: string, sample: (random: RandomStream) => number): OodSetDefinition {
  return defineOodSet({
    name,
    description,
    example: `${name}:images=10000,seed=0`,
    isNamed: true,
    options: {
      images: option(integer({ min: 1, guard: 10_000_000 }), {
        description: 'how many',
        otherwise: 'as many as there are test images, at most 10,000',
      }),
      seed: option(integer({ min: 0 }), { description: 'draws them', otherwise: '0' }),
    },
    matches: (path) => path === name,
    async open(
      { images, seed },
      _path,
      like,
      { images: asked = 10_000, limit = Number.POSITIVE_INFINITY, seed: other = 0 },
    ) {
      const length = Math.min(images ?? asked, limit);
      checkOption(name, 'images, and a limit,', integer({ min: 1 }), length);
      const set = allocateImages(oodHeader(`${name[0]!.toUpperCase()}${name.slice(1)}`, length, like));
      for (let index = 0; index < length; index++) {
        const random = stream(seed ?? other, name, index);
        const image = imageAt(set, index);
        for (let i = 0; i < image.length; i++) image[i] = sample(random);
      }
      return set;
    },
  });
}

export const uniformNoise = noiseSet('uniform', 'noise, each pixel and channel uniform over 0..1', (random) =>
  random.integer(256),
);

export const gaussianNoise = noiseSet(
  'gaussian',
  'noise, normal around 0.5 with standard deviation 1, clamped to 0..1',
  (random) => Math.round(255 * Math.min(1, Math.max(0, random.normal() + 0.5))),
);
