import { mixerOf, RATE_OPTIONS, type RateOptions, type StageOptions, wholeBox } from './mixer.ts';
import { checkAlpha, checkKnownOptions } from './options.ts';
import type { Mixer } from './plan.ts';

/** With granularity 'batch' (default, as in the authors' code) the whole batch has one lambda. */
export interface MixUpOptions extends RateOptions {
  /** lambda ~ Beta(alpha, alpha), above 0. Default 1, as in the authors' code; the CutMix paper also tried 0.5. */
  alpha?: number;
}

/** MixUp's, and where it acts: `stages`, default [0, 2, 3]. */
export interface ManifoldMixUpOptions extends MixUpOptions, StageOptions {}

const OPTIONS = ['alpha', ...RATE_OPTIONS] as const;

/**
 * MixUp (Zhang et al., ICLR 2018, as in facebookresearch/mixup-cifar10): each image is lambda of itself and the rest of
 * another of the batch, and so are the labels.
 *
 * @throws where an option is unknown or out of range
 */
export function mixup(options: MixUpOptions = {}): Mixer {
  checkKnownOptions('mixup', options, OPTIONS);
  return blending('mixup', options);
}

/**
 * Manifold MixUp (Verma et al., ICML 2019): MixUp of a hidden map, whose stage is drawn for each batch. The CutMix
 * paper does not say which stages; the default is the authors': the image, and the maps after layers 1 and 2. Their own
 * alpha is 2; the default is the CutMix paper's.
 *
 * @throws where an option is unknown or out of range
 */
export function manifoldMixup({ stages = [0, 2, 3], ...options }: ManifoldMixUpOptions = {}): Mixer {
  checkKnownOptions('manifold-mixup', options, [...OPTIONS, 'stages']);
  return blending('manifold-mixup', options, stages);
}

function blending(
  name: string,
  { alpha = 1, probability = 1, granularity = 'batch', schedule = 'constant' }: MixUpOptions,
  stages?: StageOptions['stages'],
): Mixer {
  checkAlpha(name, alpha);
  return mixerOf({
    name,
    how: 'blend',
    options: { alpha },
    rate: { probability, granularity, schedule },
    stages,
    draw(grid, random) {
      const lambda = random.beta(alpha, alpha);
      return { box: wholeBox(grid), lambda, labelWeight: lambda };
    },
  });
}
