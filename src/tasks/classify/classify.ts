import { drawMixedBatch, type LabeledPictures } from '../../charts/mixed-pictures.ts';
import { type Batch, type ImageSpec, imageOf, type Loader, type Normalization } from '../../data/index.ts';
import { type Mixer, sampleMix } from '../../mix/index.ts';
import { type ImageModel, stageGrids } from '../../models/index.ts';
import { crossEntropy, type MixedTargets, StepContext } from '../../nn/index.ts';
import { stream } from '../../random/index.ts';
import { noGrad, type Tensor, tensor } from '../../torch/index.ts';
import { preparedImages } from '../images.ts';
import type { Runtime } from '../runtime.ts';
import type { Preview, Step, StepLoss, Task } from '../task.ts';
import { type ClassifyInput, ClassifyMeter } from './classify-meter.ts';
import { mixImages, mixMap, mixTargets } from './mix-batch.ts';

/** What is classified: the size of the images, what normalizes them, and the names of the classes by label. */
export interface ClassifiedImages extends ImageSpec {
  normalization: Normalization;
  classes: readonly string[];
}

export interface ClassifyOptions {
  /** Applied to each training batch in turn; at most one may mix labels. Default: none. */
  mix?: readonly Mixer[];
  /** Share of the target spread over all classes, in training only, in [0, 1). Default 0. */
  labelSmoothing?: number;
  /** What each class counts in the loss of training, above 0, by label. Default: 1 for all. */
  classWeights?: readonly number[] | undefined;
  /** What the network's own random layers draw from: begun anew at each step. Default: none has any. */
  stepContext?: StepContext;
}

export interface ClassifyTask extends Task<number, ClassifyInput, Tensor> {
  readonly model: ImageModel;
}

/**
 * Image classification by cross-entropy, mixed as the methods say. Terms: `top1`, the share of the batch classified
 * rightly in training, weighted by lambda under mixing, since a mixed picture has two right answers. Scores: `valLoss`,
 * `top1Error`, `top5Error`; the goal is the lowest `top1Error`.
 *
 * @param model images [N, C, H, W] to logits [N, classes]
 * @throws where a method acts on a stage that the network does not have
 */
export function classify(
  model: ImageModel,
  images: ClassifiedImages,
  { mix = [], labelSmoothing = 0, classWeights: weights, stepContext = new StepContext() }: ClassifyOptions = {},
): ClassifyTask {
  const stages = mix.length > 0 ? stageGrids(model, images) : [];
  const plansOf = (batch: number, { height, width }: ImageSpec, step: Step) =>
    sampleMix(mix, { batch, height, width, stages }, step.random('mix'), step.progress);
  // A method for a stage that is not there is found now, not after an hour.
  sampleMix(mix, { batch: 2, height: images.height, width: images.width, stages }, stream(0));

  return {
    model,
    goal: { score: 'top1Error', better: 'lower' },

    prepare(batch: Batch<number>, runtime: Runtime): ClassifyInput {
      const labels = Int32Array.from(batch.targets);
      return {
        images: preparedImages(batch, images.normalization, runtime),
        labels,
        targets: tensor(labels, { dtype: 'int64', device: runtime.device }),
      };
    },

    loss({ images: given, targets: labels }: ClassifyInput, step: Step): StepLoss {
      const [batch = 0, channels = 0, height = 0, width = 0] = given.shape;
      stepContext.begin(step.random('regularize'), step.progress);
      const plans = plansOf(batch, { channels, height, width }, step);
      const targets = mixTargets(labels, plans);
      const onStage = (map: Tensor, stage: number) => plans.filter((plan) => plan.stage === stage).reduce(mixMap, map);
      const logits = model.forward(mixImages(given, plans), onStage);
      const classWeights = weights && tensor(Float32Array.from(weights), { device: logits.device });
      const loss = crossEntropy(logits, targets, { labelSmoothing, classWeights });
      return { loss, terms: { top1: noGrad(() => accuracyOf(logits, targets)) }, about: { plans } };
    },

    predict({ images: given }: ClassifyInput): Tensor {
      return model.forward(given).to({ dtype: 'float32' });
    },

    meter: () => new ClassifyMeter(),

    async preview(train: Loader<number>, stepAt: (step: number) => Step): Promise<Preview | undefined> {
      const first = firstMixed(
        train.stepsPerEpoch,
        (step) => plansOf(train.batchSize, images, stepAt(step)).length > 0,
      );
      if (first === undefined) return undefined;
      for await (const batch of train.batches(1, first)) {
        const plans = plansOf(batch.targets.length, images, stepAt(batch.step));
        return plans.length === 0
          ? undefined
          : { name: 'mixed-batch', png: await drawMixedBatch(picturesOf(batch, images), plans) };
      }
      return undefined;
    },
  };
}

/** A batch as charts take it. */
function picturesOf(
  batch: Batch<number>,
  { height, width, classes, normalization: { mean } }: ClassifiedImages,
): LabeledPictures {
  const pictures = batch.targets.map((_, n) => ({ data: imageOf(batch, n, 'NCHW'), height, width }));
  return { pictures, labels: batch.targets, classes, mean };
}

/** How many steps are tried for one that is mixed: a small probability may leave out many. */
const mostTried = 100;

function firstMixed(steps: number, isMixed: (step: number) => boolean): number | undefined {
  return Array.from({ length: Math.min(mostTried, steps) }, (_, step) => step).find(isMixed);
}

/** The share of the batch whose highest logit is right: of mixed targets each sample counts as much as its label. */
function accuracyOf(logits: Tensor, targets: Tensor | MixedTargets): Tensor {
  const predicted = logits.argmax({ dim: 1 });
  const hits = (labels: Tensor) => predicted.eq(labels).to({ dtype: 'float32' });
  if (!('lambda' in targets)) return hits(targets).mean();
  const [own, partner] = [hits(targets.a), hits(targets.b)];
  return partner.add(own.sub(partner).mul(targets.lambda)).mean();
}
