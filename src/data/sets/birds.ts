import { number, type OptionsOf, option, resolveOptions } from '../../options/index.ts';
import { birdParts, species } from '../birds/index.ts';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { defineDataSet } from './definition.ts';
import { type DrawnSet, drawnOptions, drawSet } from './drawn-set.ts';

const birdsOptions = {
  ...drawnOptions(240, 600),
  hidden: option(number({ min: 0, max: 1 }), {
    default: 0.3,
    description: 'chance of each part of a bird to be hidden',
  }),
};

export interface BirdsOptions extends OptionsOf<typeof birdsOptions> {
  /** Threads that draw (default: the processors, but no thread for fewer than 500 pictures). Never changes a byte. */
  workers?: number | undefined;
}

const about: DrawnSet = {
  set: 'birds',
  classes: species.map(({ name }) => name),
  parts: birdParts,
  normalization: { mean: [0.495, 0.455, 0.441], std: [0.188, 0.152, 0.174] },
};

/**
 * Drawn birds of 12 classes, each known by the colors of five parts, of which any may be hidden by a leaf or out of view:
 * an illustration of what CutMix is for. Identical on every machine. The box of an image is that of what can be seen of the
 * bird; `parts` says where each part is.
 *
 * @param options `size` in pixels (default 32, at least 16), how many images of `train` (240) and `test` (600), `seed` (0),
 * `hidden`: the chance of each part to be hidden (0.3)
 * @throws where a number is out of range
 */
export async function openBirds({
  workers,
  ...options
}: BirdsOptions = {}): Promise<DataParts<LabeledImages<PixelsInMemory>>> {
  return drawSet(about, resolveOptions('birds', birdsOptions, options), workers);
}

/** Drawn birds: see {@link openBirds}. */
export const birds = defineDataSet({
  name: 'birds',
  description: 'birds that are drawn: 12 classes by the colors of five parts that may be hidden, the box of each',
  example: 'birds:size=32,train=240',
  isNamed: true,
  options: birdsOptions,
  matches: (path) => path === 'birds',
  open: (_path, { size, train, test, seed, hidden }) => openBirds({ size, train, test, seed, hidden }),
});
