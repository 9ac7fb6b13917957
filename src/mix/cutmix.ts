import { type BoxName, boxNames, drawBox } from './boxes.ts';
import { type LabelName, labelWeights } from './label-weights.ts';
import { mixerOf, RATE_OPTIONS, type RateOptions, type StageOptions } from './mixer.ts';
import { checkAlpha, checkBoolean, checkChoice, checkFraction, checkKnownOptions } from './options.ts';
import { type Mixer, remainingShare } from './plan.ts';

/** With granularity 'batch' (the paper, default) the whole batch has one lambda and one box. */
export interface CutMixOptions extends RateOptions {
  /** lambda ~ Beta(alpha, alpha), above 0. Default 1, as everywhere in the paper. Not with `boxSize`. */
  alpha?: number;
  /** Where the box is. Default 'uniform'. 'fixed-size' is the paper's name for 'uniform' with a `boxSize` of 0.5. */
  box?: BoxName;
  /** The side of every box as a fraction of the image's, as in 0.5 for 16 of 32 pixels. Default: drawn by alpha. */
  boxSize?: number;
  /** Which label the mixed sample gets. Default 'area'. */
  label?: LabelName;
  /**
   * Whether labels follow the pixels really pasted (default, as the official code) or the lambda that was drawn, which
   * the clipping at the border makes about 0.2 too small on average.
   */
  recomputeLambda?: boolean;
}

/** CutMix's, and where it acts: `stages`, default [0, 1, 2, 3]. */
export interface FeatureCutMixOptions extends CutMixOptions, StageOptions {}

const OPTIONS = ['alpha', 'box', 'boxSize', 'label', 'recomputeLambda', ...RATE_OPTIONS] as const;

/**
 * CutMix (Yun et al., ICCV 2019, section 3.1): a box of each image is replaced by the same box of another image of the
 * batch, and the labels are mixed by area. With the defaults, the official code's exact semantics.
 *
 * With granularity 'sample' each sample is gated by itself: one that is not chosen gets an empty box and keeps its
 * label whole. The partners are one permutation of the batch either way. `sample` returns null where nothing was chosen.
 *
 * @throws where an option is unknown, out of range, or without effect beside another
 */
export function cutmix(options: CutMixOptions = {}): Mixer {
  checkKnownOptions('cutmix', options, OPTIONS);
  return pasting('cutmix', options);
}

/**
 * CutMix of hidden maps (section 4.1.3, Fig. 3): the box is drawn on the map's own grid, of which the paper says
 * nothing. The default stages are those that the paper found to help: the image, and the maps after the stem, after
 * layer 1 and after layer 2 of three. One is drawn for each batch, as the paper does on ImageNet.
 *
 * @throws where an option is unknown, out of range, or without effect beside another
 */
export function featureCutmix({ stages = [0, 1, 2, 3], ...options }: FeatureCutMixOptions = {}): Mixer {
  checkKnownOptions('feature-cutmix', options, [...OPTIONS, 'stages']);
  return pasting('feature-cutmix', options, stages);
}

function pasting(name: string, given: CutMixOptions, stages?: StageOptions['stages']): Mixer {
  const {
    box = 'uniform',
    alpha = 1,
    boxSize = box === 'fixed-size' ? 0.5 : undefined,
    label = 'area',
    recomputeLambda = true,
  } = given;
  const { probability = 1, granularity = 'batch', schedule = 'constant' } = given;
  checkAlpha(name, alpha);
  checkChoice(name, 'box', box, boxNames);
  if (boxSize !== undefined) checkSize(name, boxSize, given);
  checkChoice(name, 'label', label, Object.keys(labelWeights));
  checkBoolean(name, 'recomputeLambda', recomputeLambda);
  return mixerOf({
    name,
    how: 'paste',
    options: { ...(boxSize === undefined ? { alpha } : { boxSize }), box, label, recomputeLambda },
    rate: { probability, granularity, schedule },
    stages,
    draw(grid, random) {
      const drawn = drawBox(box, { alpha, boxSize }, grid, random);
      const lambda = remainingShare(drawn.box, grid);
      const labelWeight = labelWeights[label](recomputeLambda ? lambda : drawn.lambda, lambda);
      return { box: drawn.box, lambda, labelWeight };
    },
  });
}

/** An option that does nothing would be taken for one that does. */
function checkSize(name: string, boxSize: number, { alpha }: CutMixOptions): void {
  checkFraction(name, 'boxSize', boxSize);
  if (alpha === undefined) return;
  throw new Error(`${name}: expected no alpha with a box of fixed size, got ${alpha}; boxSize sets its size`);
}
