import { boolean, choice, define, number, type OptionsOf, option, type ResolvedOptions } from '../options/index.ts';
import { boxNames, drawBox } from './boxes.ts';
import { labelNames, labelWeights } from './label-weights.ts';
import { alphaKind, mixerOf, rateOptions, type StageOptions, stageOptions } from './mixer.ts';
import { type Mixer, remainingShare } from './plan.ts';

const options = {
  /** Not with `boxSize`. Default 1, as everywhere in the paper. */
  alpha: option(alphaKind, {
    description: 'lambda ~ Beta(alpha, alpha), which gives the box its size',
    otherwise: '1',
  }),
  /** 'fixed-size' is the paper's name for 'uniform' with a `boxSize` of 0.5. */
  box: option(choice(boxNames), { default: 'uniform', description: "where the box's center is" }),
  /** As in 0.5 for 16 of 32 pixels. */
  boxSize: option(number({ above: 0, max: 1 }), {
    description: "the side of every box as a fraction of the image's",
    otherwise: 'drawn by alpha',
  }),
  label: option(choice(labelNames), { default: 'area', description: 'which label the mixed sample gets' }),
  /** The lambda that was drawn is, by the clipping at the border, about 0.2 too small on average. */
  recomputeLambda: option(boolean, {
    default: true,
    description: 'labels follow the pixels really pasted, as in the official code; false: the lambda that was drawn',
  }),
  // The paper's on CIFAR, which the authors advise for small networks and little data; its ImageNet recipe mixes all.
  ...rateOptions('batch', 0.5),
};

/** With granularity 'batch' (the paper, default) the whole batch has one lambda and one box. */
export type CutMixOptions = OptionsOf<typeof options>;

const featureOptions = { ...options, ...stageOptions([0, 1, 2, 3]) };

/** CutMix's, and where it acts: `stages`, default [0, 1, 2, 3]. */
export type FeatureCutMixOptions = OptionsOf<typeof featureOptions>;

export const cutmixMethod = define({
  name: 'cutmix',
  description: 'a box of each image is replaced by the same box of another one; labels follow the area',
  options,
  make: (resolved) => pasting('cutmix', resolved),
});

export const featureCutmixMethod = define({
  name: 'feature-cutmix',
  description: 'CutMix of the image or of a hidden map, drawn per batch',
  options: featureOptions,
  make: ({ stages, ...resolved }) => pasting('feature-cutmix', resolved, stages),
});

/**
 * CutMix (Yun et al., ICCV 2019, section 3.1): a box of each image is replaced by the same box of another image of the
 * batch, and the labels are mixed by area. With the defaults, the official code's exact semantics as on CIFAR: every second
 * batch is mixed, and `sample` returns null for the others; `probability: 1` mixes all, as on ImageNet.
 *
 * With granularity 'sample' each sample is gated by itself: one that is not chosen gets an empty box and keeps its
 * label whole. The partners are one permutation of the batch either way. `sample` returns null where nothing was chosen.
 *
 * @throws where an option is unknown, out of range, or without effect beside another
 */
export function cutmix(given: CutMixOptions = {}): Mixer {
  return cutmixMethod.make(given);
}

/**
 * CutMix of hidden maps (section 4.1.3, Fig. 3): the box is drawn on the map's own grid, of which the paper says
 * nothing. The default stages are those that the paper found to help: the image, and the maps after the stem, after
 * layer 1 and after layer 2 of three. One is drawn for each batch, as the paper does on ImageNet.
 *
 * @throws where an option is unknown, out of range, or without effect beside another
 */
export function featureCutmix(given: FeatureCutMixOptions = {}): Mixer {
  return featureCutmixMethod.make(given);
}

function pasting(
  name: string,
  { alpha: givenAlpha, box, boxSize: givenSize, label, recomputeLambda, ...rate }: ResolvedOptions<typeof options>,
  stages?: StageOptions['stages'],
): Mixer {
  const boxSize = givenSize ?? (box === 'fixed-size' ? 0.5 : undefined);
  // An option that does nothing would be taken for one that does.
  if (boxSize !== undefined && givenAlpha !== undefined) {
    throw new Error(`${name}: expected no alpha with a box of fixed size, got ${givenAlpha}; boxSize sets its size`);
  }
  const alpha = givenAlpha ?? 1;
  return mixerOf({
    name,
    how: 'paste',
    options: { ...(boxSize === undefined ? { alpha } : { boxSize }), box, label, recomputeLambda },
    rate,
    stages,
    draw(grid, random) {
      const drawn = drawBox(box, { alpha, boxSize }, grid, random);
      const lambda = remainingShare(drawn.box, grid);
      const labelWeight = labelWeights[label](recomputeLambda ? lambda : drawn.lambda, lambda);
      return { box: drawn.box, lambda, labelWeight };
    },
  });
}
