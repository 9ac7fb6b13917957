import { choice, define, either, integer, type OptionsOf, option } from '../options/index.ts';
import { clippedBox, uniformCenter } from './boxes.ts';
import { mixerOf, rateOptions } from './mixer.ts';
import { type Mixer, remainingShare } from './plan.ts';

const options = {
  /**
   * An odd length loses a pixel, as in the authors' code. Half the shorter side, rounded down, is the CutMix paper's 16 of
   * 32 and 112 of 224.
   */
  length: option(either(choice(['half']), integer({ min: 2 }), 'half or a whole number of at least 2'), {
    default: 'half',
    description: "the side of the square in pixels; half of the image's shorter side",
  }),
  ...rateOptions('sample'),
};

/** Each image has a box of its own; `granularity`, default 'sample', says whether images or batches are chosen. */
export type CutoutOptions = OptionsOf<typeof options>;

export const cutoutMethod = define({
  name: 'cutout',
  description: 'a square of each image is erased; labels stay',
  options,
  make: ({ length, ...rate }): Mixer =>
    mixerOf({
      name: 'cutout',
      how: 'erase',
      options: { length },
      rate,
      drawsEachSample: true,
      draw(grid, random) {
        const side = length === 'half' ? Math.floor(Math.min(grid.height, grid.width) / 2) : length;
        const box = clippedBox(uniformCenter(grid, random), side, side, grid);
        return { box, lambda: remainingShare(box, grid), labelWeight: 1 };
      },
    }),
});

/**
 * Cutout (DeVries and Taylor 2017, as in uoguelph-mlrg/Cutout): a square of each image is erased. Its center is uniform
 * over the pixels, and it is clipped at the border. Labels stay as they are.
 *
 * @throws where an option is unknown or out of range
 */
export function cutout(given: CutoutOptions = {}): Mixer {
  return cutoutMethod.make(given);
}
