import { clippedBox, uniformCenter } from './boxes.ts';
import { mixerOf, RATE_OPTIONS, type RateOptions } from './mixer.ts';
import { checkKnownOptions } from './options.ts';
import { type Mixer, remainingShare } from './plan.ts';

/** Each image has a box of its own; `granularity`, default 'sample', says whether images or batches are chosen. */
export interface CutoutOptions extends RateOptions {
  /**
   * The side of the square in pixels, at least 2; an odd one loses a pixel, as in the authors' code. Default 'half' of
   * the image's shorter side, rounded down: the CutMix paper's 16 of 32 and 112 of 224.
   */
  length?: number | 'half';
}

const OPTIONS = ['length', ...RATE_OPTIONS] as const;

/**
 * Cutout (DeVries and Taylor 2017, as in uoguelph-mlrg/Cutout): a square of each image is erased. Its center is uniform
 * over the pixels, and it is clipped at the border. Labels stay as they are.
 *
 * @throws where an option is unknown or out of range
 */
export function cutout(options: CutoutOptions = {}): Mixer {
  const name = 'cutout';
  checkKnownOptions(name, options, OPTIONS);
  const { length = 'half', probability = 1, granularity = 'sample', schedule = 'constant' } = options;
  if (length !== 'half' && !(Number.isInteger(length) && length >= 2)) {
    throw new Error(`${name}: expected length to be half or a whole number of at least 2, got ${length}`);
  }
  return mixerOf({
    name,
    how: 'erase',
    options: { length },
    rate: { probability, granularity, schedule },
    drawsEachSample: true,
    draw(grid, random) {
      const side = length === 'half' ? Math.floor(Math.min(grid.height, grid.width) / 2) : length;
      const box = clippedBox(uniformCenter(grid, random), side, side, grid);
      return { box, lambda: remainingShare(box, grid), labelWeight: 1 };
    },
  });
}
