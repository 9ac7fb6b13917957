import { number, type OptionsOf, option, resolveOptions } from '../../options/index.ts';
import { birdParts, birdSpecies } from '../birds/index.ts';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { defineDataSet } from './definition.ts';
import { type DrawnSet, drawnOptions, drawSet } from './drawn-set.ts';

const birdsOptions = {
  ...drawnOptions(240, 600),
  hidden: option(number({ min: 0, max: 1 }), {
    default: 0.3,
    description: 'chance of each part of a bird to be hidden in a test picture, three at most',
  }),
  trainHidden: option(number({ min: 0, max: 1 }), { default: 0, description: 'the same in a training picture' }),
};

export interface BirdsOptions extends OptionsOf<typeof birdsOptions> {
  /** Threads that draw (default: the processors, but no thread for fewer than 500 pictures). Never changes a byte. */
  workers?: number | undefined;
}

const about: DrawnSet = {
  set: 'birds',
  classes: birdSpecies.map(({ name }) => name),
  parts: birdParts,
  /** Measured once on 1,200 training birds of seed 0 at 32 x 32. */
  normalization: { mean: [0.498, 0.461, 0.445], std: [0.195, 0.162, 0.179] },
};

/**
 * Drawn birds of 12 classes, each known by the colors of five parts: an illustration of what CutMix is for. The few
 * training pictures show birds in the open; in the test pictures leaves hide some parts, any of them. Identical on every machine. The box of an image is that of what can be seen of the
 * bird; `parts` says where each part is.
 *
 * @param options `size` in pixels (default 32, at least 16), how many images of `train` (240) and `test` (600), `seed` (0),
 * `hidden`: the chance of each part to be hidden in a test picture (0.3), `trainHidden`: in a training picture (0)
 * @throws where a number is out of range
 */
export async function openBirds({
  workers,
  ...options
}: BirdsOptions = {}): Promise<DataParts<LabeledImages<PixelsInMemory>>> {
  const { hidden, trainHidden, ...numbers } = resolveOptions('birds', birdsOptions, options);
  return drawSet(about, { ...numbers, workers, drawing: { train: { hidden: trainHidden }, test: { hidden } } });
}

/** Drawn birds: see {@link openBirds}. */
export const birds = defineDataSet({
  name: 'birds',
  description:
    'birds that are drawn: 12 classes by the colors of five parts, of which some are hidden in the test pictures, the box of each',
  example: 'birds:size=32,train=240',
  isNamed: true,
  options: birdsOptions,
  matches: (path) => path === 'birds',
  open: (_path, { size, train, test, seed, hidden, trainHidden }) =>
    openBirds({ size, train, test, seed, hidden, trainHidden }),
});
