/** What whoever starts a training should know of it: what it is, and what will keep it from getting good. */
import type { LabeledImages } from '../data/index.ts';
import { largestWhole } from '../data/picture-view.ts';
import { parseMix } from '../mix/index.ts';
import { printable } from '../options/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { imagesPerClass } from './class-balance.ts';
import type { ChosenConfig } from './config.ts';

/** The pictures, how they are varied, and every method with all its options. */
export function describeTraining(config: ChosenConfig, { height, width }: LabeledImages): string[] {
  const { model, batchSize, optimizer, schedule, regularize } = config;
  const methods = [...parseMix(config.mix).map(({ text }) => text), ...[regularize].flat()];
  const warmup = Number(schedule.warmupEpochs) > 0 ? ` after ${schedule.warmupEpochs} epochs of warm-up` : '';
  return [
    `${model} on pictures of ${width} x ${height} pixels, varied by ${describeAugmentation(config.augment, Math.max(height, width))}; ` +
      `methods: ${methods.length === 0 ? 'none' : methods.join(', ')}`,
    `batches of ${batchSize}; ${optimizer.name}, learning rate ${optimizer.learningRate}, ${schedule.name}${warmup}`,
  ];
}

function describeAugmentation(augment: ChosenConfig['augment'], side: number): string {
  const { padding, flip, scale = [0.08, 1], color, randAugment, erase = 0 } = augment;
  const crop =
    side > largestWhole
      ? `crops of ${scale[0]} to ${scale[1]} of the area`
      : padding > 0
        ? `shifts up to ${padding} pixels`
        : '';
  const ways = [
    crop,
    flip ? 'mirroring' : '',
    color ? 'color' : '',
    randAugment === undefined ? '' : `RandAugment of ${randAugment}`,
    erase > 0 ? 'erasing' : '',
  ].filter((way) => way !== '');
  return ways.length === 0 ? 'nothing' : ways.join(', ');
}

/** A guess at where a training has hardly begun: with weights drawn anew, and with published ones. */
const fewSteps = { anew: 500, published: 100 };
/** A guess: published networks had a million. */
const fewPhotographs = 5000;
const fewImages = 5;
const largestImbalance = 10;

/** What will keep a training from getting good, in sentences with ways out. */
export function concernsOf(config: ChosenConfig, train: LabeledImages, stepsPerEpoch: number): string[] {
  const { epochs, weights, classWeights } = config;
  const counts = imagesPerClass(train).map((count, label) => ({ count, name: printable(train.classes[label]!) }));
  const steps = epochs * stepsPerEpoch;
  const few = weights === undefined ? fewSteps.anew : fewSteps.published;
  const scarce = counts.filter(({ count }) => count < fewImages);
  const sorted = [...counts].sort((one, other) => one.count - other.count);
  const [rarest, most] = [sorted[0]!, sorted.at(-1)!];
  const isUneven = rarest.count > 0 && most.count > largestImbalance * rarest.count;
  return [
    ...(steps < few
      ? [
          `only ${steps} steps in all, which teach little: more epochs (--epochs ${Math.ceil(few / stepsPerEpoch)}) or smaller batches`,
        ]
      : []),
    ...(weights === undefined && 'pictures' in train && train.length < fewPhotographs
      ? [
          `${train.length} photographs are few for a network that starts from nothing: start from published weights ` +
            '(--weights hf:timm/resnet18.a1_in1k downloads 47 MB)',
        ]
      : []),
    ...(scarce.length > 0
      ? [
          `${scarce.length} of ${counts.length} classes ${scarce.length === 1 ? 'has' : 'have'} under ${fewImages} training images, such as ` +
            `${scarce[0]!.name} (${scarce[0]!.count}): their error will be high, and what is measured of them means little`,
        ]
      : []),
    ...(isUneven && classWeights === 'none'
      ? [
          `classes are uneven: ${most.name} has ${most.count} training images, ${rarest.name} ${rarest.count}; ` +
            '--class-weights balanced lets all count the same',
        ]
      : []),
  ];
}

/** Steps that a mean is over, and after which a loss tells something. */
const watchedSteps = { mean: 50, from: 200 };

/** Watches a training, and says once of each thing that goes wrong what it is and what helps. */
export class TrainingWatch {
  readonly #chanceLoss: number;
  readonly #recent: number[] = [];
  readonly #told = new Set<string>();
  #bestLoss = Number.POSITIVE_INFINITY;

  /** @param classes how many there are: the loss of a guess is its logarithm */
  constructor(classes: number) {
    this.#chanceLoss = Math.log(classes);
  }

  /** What there is to say after this event. */
  see(event: TrainEvent): string[] {
    if (event.type === 'step') return this.#seeStep(event.loss, event.step);
    if (event.type === 'epoch') return this.#seeEpoch(event.scores.valLoss ?? Number.NaN);
    return [];
  }

  #seeStep(loss: number, step: number): string[] {
    this.#recent.push(loss);
    if (this.#recent.length > watchedSteps.mean) this.#recent.shift();
    if (step < watchedSteps.from || step % watchedSteps.mean !== 0) return [];
    const mean = this.#recent.reduce((sum, one) => sum + one, 0) / this.#recent.length;
    if (mean < 0.97 * this.#chanceLoss) return [];
    return this.#once(
      'chance',
      `after ${step} steps the loss is ${mean.toFixed(2)}, where guessing gives ${this.#chanceLoss.toFixed(2)}: nothing is learned yet. ` +
        'Look at the labels, or at the learning rate: train --find-lr',
    );
  }

  #seeEpoch(loss: number): string[] {
    const best = this.#bestLoss;
    if (loss < best) this.#bestLoss = loss;
    // A network that is sure and wrong is at a few times the loss of a guess: more is a rate that is too high.
    if (!(loss > 4 * Math.max(best, this.#chanceLoss)) || best === Number.POSITIVE_INFINITY) return [];
    return this.#once(
      'exploded',
      `the validation loss went from ${best.toFixed(2)} to ${loss.toFixed(2)}: the learning rate may be too high (train --find-lr), ` +
        'or the network learns the training images by heart (--mix cutmix, --early-stop 5)',
    );
  }

  #once(what: string, sentence: string): string[] {
    if (this.#told.has(what)) return [];
    this.#told.add(what);
    return [sentence];
  }
}
