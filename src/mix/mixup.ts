import { define, type OptionsOf, option, type ResolvedOptions } from '../options/index.ts';
import { alphaKind, mixerOf, rateOptions, type StageOptions, stageOptions, wholeBox } from './mixer.ts';
import type { Mixer } from './plan.ts';

const options = {
  /** Default 1, as in the authors' code; the CutMix paper also tried 0.5. */
  alpha: option(alphaKind, { default: 1, description: 'lambda ~ Beta(alpha, alpha), the share of the own pixels' }),
  ...rateOptions('batch'),
};

/** With granularity 'batch' (default, as in the authors' code) the whole batch has one lambda. */
export type MixUpOptions = OptionsOf<typeof options>;

const manifoldOptions = { ...options, ...stageOptions([0, 2, 3]) };

/** MixUp's, and where it acts: `stages`, default [0, 2, 3]. */
export type ManifoldMixUpOptions = OptionsOf<typeof manifoldOptions>;

export const mixupMethod = define({
  name: 'mixup',
  description: 'each image is lambda of itself and the rest of another one, and so are the labels',
  options,
  make: (resolved) => blending('mixup', resolved),
});

export const manifoldMixupMethod = define({
  name: 'manifold-mixup',
  description: 'MixUp of the image or of a hidden map, drawn per batch',
  options: manifoldOptions,
  make: ({ stages, ...resolved }) => blending('manifold-mixup', resolved, stages),
});

/**
 * MixUp (Zhang et al., ICLR 2018, as in facebookresearch/mixup-cifar10): each image is lambda of itself and the rest of
 * another of the batch, and so are the labels.
 *
 * @throws where an option is unknown or out of range
 */
export function mixup(given: MixUpOptions = {}): Mixer {
  return mixupMethod.make(given);
}

/**
 * Manifold MixUp (Verma et al., ICML 2019): MixUp of a hidden map, whose stage is drawn for each batch. The CutMix
 * paper does not say which stages; the default is the authors': the image, and the maps after layers 1 and 2. Their own
 * alpha is 2; the default is the CutMix paper's.
 *
 * @throws where an option is unknown or out of range
 */
export function manifoldMixup(given: ManifoldMixUpOptions = {}): Mixer {
  return manifoldMixupMethod.make(given);
}

function blending(
  name: string,
  { alpha, ...rate }: ResolvedOptions<typeof options>,
  stages?: StageOptions['stages'],
): Mixer {
  return mixerOf({
    name,
    how: 'blend',
    options: { alpha },
    rate,
    stages,
    draw(grid, random) {
      const lambda = random.beta(alpha, alpha);
      return { box: wholeBox(grid), lambda, labelWeight: lambda };
    },
  });
}
