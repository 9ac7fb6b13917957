import type { RandomStream } from '../random/index.ts';
import { type BoxName, boxSamplers } from './boxes.ts';
import { type LabelName, labelWeights } from './label-weights.ts';
import {
  checkBoolean,
  checkChoice,
  checkKnownOptions,
  checkPositive,
  checkProbability,
  methodText,
} from './options.ts';
import { type BatchShape, type Box, boxArea, type Grid, type Mixer } from './plan.ts';

export interface CutMixOptions {
  /** lambda ~ Beta(alpha, alpha), above 0. Default 1, as everywhere in the paper. */
  alpha?: number;
  /** How often it is applied, 0 .. 1: per batch or per sample, as `granularity` says. Default 1. */
  probability?: number;
  /** One lambda and one box for the whole batch (the paper, default), or one for each sample. */
  granularity?: Granularity;
  /** Where the box is. Default 'uniform'. */
  box?: BoxName;
  /** Which label the mixed sample gets. Default 'area'. */
  label?: LabelName;
  /**
   * Whether labels follow the pixels really pasted (default, as the official code) or the lambda that was drawn, which
   * the clipping at the border makes about 0.2 too small on average.
   */
  recomputeLambda?: boolean;
}

export type Granularity = 'batch' | 'sample';

const OPTIONS: readonly (keyof CutMixOptions)[] = [
  'alpha',
  'probability',
  'granularity',
  'box',
  'label',
  'recomputeLambda',
];

/**
 * CutMix (Yun et al., ICCV 2019, section 3.1): a box of each image is replaced by the same box of another image of the
 * batch, and the labels are mixed by area. With the defaults, the official code's exact semantics.
 *
 * With granularity 'sample' each sample is gated by itself: one that is not chosen gets an empty box and keeps its
 * label whole. The partners are one permutation of the batch either way. `sample` returns null where nothing was chosen.
 *
 * @throws where an option is unknown or out of range
 */
export function cutmix({
  alpha = 1,
  probability = 1,
  granularity = 'batch',
  box = 'uniform',
  label = 'area',
  recomputeLambda = true,
  ...unknown
}: CutMixOptions = {}): Mixer {
  const method = 'cutmix';
  checkKnownOptions(method, unknown, OPTIONS);
  checkPositive(method, 'alpha', alpha);
  checkProbability(method, 'probability', probability);
  checkChoice(method, 'granularity', granularity, ['batch', 'sample']);
  checkChoice(method, 'box', box, Object.keys(boxSamplers));
  checkChoice(method, 'label', label, Object.keys(labelWeights));
  checkBoolean(method, 'recomputeLambda', recomputeLambda);

  const drawCut = (grid: Grid, random: RandomStream): Cut => {
    const drawn = random.beta(alpha, alpha);
    const cut = boxSamplers[box](drawn, grid, random);
    const lambda = 1 - boxArea(cut) / (grid.height * grid.width);
    return { box: cut, lambda, labelWeight: labelWeights[label](recomputeLambda ? lambda : drawn) };
  };

  return {
    method,
    text: methodText(method, { alpha, probability, granularity, box, label, recomputeLambda }),
    sample({ batch, height, width }: BatchShape, random: RandomStream) {
      const draws = granularity === 'batch' ? 1 : batch;
      const chosen = Array.from({ length: draws }, () => random.uniform() < probability);
      if (!chosen.includes(true)) return null;
      const permutation = [...random.permutation(batch)];
      const cuts = chosen.map((isChosen) => (isChosen ? drawCut({ height, width }, random) : UNCUT));
      return {
        method,
        how: 'paste',
        stage: 0,
        height,
        width,
        permutation,
        boxes: cuts.map((cut) => cut.box),
        lambda: cuts.map((cut) => cut.lambda),
        labelWeight: cuts.map((cut) => cut.labelWeight),
      };
    },
  };
}

interface Cut {
  box: Box;
  lambda: number;
  labelWeight: number;
}

const UNCUT: Cut = { box: { x1: 0, y1: 0, x2: 0, y2: 0 }, lambda: 1, labelWeight: 1 };
