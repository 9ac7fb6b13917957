/** What breaks a network: attacks, hidden parts, mixtures of two images (section 4.4 and appendix E.1 of the CutMix paper). */
import { subset } from '../../data/index.ts';
import { checkOption, choice } from '../../options/index.ts';
import { keyedSeed, stream } from '../../random/index.ts';
import { Generator, inferenceMode, scope, type Tensor } from '../../torch/index.ts';
import type { ErrorAt, RobustnessResult } from '../results.ts';
import type { OnBatch, PixelBatch, TrainedNetwork } from '../trained-network.ts';
import { checkEpsilon, fgsm, pgd } from './attacks.ts';
import { drawPartners, type InBetweenMethod, inBetween } from './in-between.ts';
import { type OcclusionKind, occlude } from './occlusion.ts';

export interface RobustnessOptions {
  /** The largest change of a pixel, of 0..1, for each strength of attack. Default 8/255 alone. */
  epsilons?: readonly number[] | undefined;
  /** Steps of PGD, which makes most of the work; 0 leaves it out. Default 10. */
  pgdSteps?: number | undefined;
  /** Sides of the square from 0 to the image's, in so many steps. Default 8. */
  occlusionSteps?: number | undefined;
  /** What hides a part: zeros after normalization (`mean`, the mean color) or before (`black`). Default `mean`. */
  fill?: 'mean' | 'black' | undefined;
  /** Ratios of a mixture from 0 to 1, in so many steps. Default 10. */
  inBetweenSteps?: number | undefined;
  /** Of the pairs and of PGD's starts. Default: the run's. */
  seed?: number | undefined;
}

/** A batch with a partner for each image. */
interface PairedBatch extends PixelBatch {
  partners: number[];
}

/** One way of changing images, and how many of them the network then got wrong. */
interface Trial {
  change: (batch: PairedBatch) => Tensor;
  /** Whether the partner's class is right too. */
  eitherClass: boolean;
  wrong: number;
}

/** Trials along a curve. */
type Sweep = (Trial & { at: number })[];

/**
 * Top-1 error of a network on its test images under white-box attacks, with parts hidden, and between two images, where it
 * errs when it predicts neither of the two classes.
 *
 * Pairs are drawn within each batch, so that every picture is decoded once. The images are shuffled by the run's seed first,
 * since many sets are stored class by class; an image that is alone in its batch is its own partner. PGD starts at random. By default each image goes through the network 43 times forwards and 11 times both ways.
 *
 * @throws where an option is out of range, or a picture cannot be read
 */
export async function evaluateRobustness(
  network: TrainedNetwork,
  {
    limit,
    onBatch,
    ...options
  }: RobustnessOptions & { limit?: number | undefined; onBatch?: OnBatch | undefined } = {},
): Promise<RobustnessResult> {
  const seed = options.seed ?? network.config.seed;
  const { test } = network.source;
  const set = subset(test, Math.min(limit ?? test.length, test.length), network.config.seed);
  const clean = trial(({ pixels }) => pixels);
  const attacks = attackTrials(network, { ...options, seed });
  const { center, boundary } = occlusionSweeps(network.normalization.mean, options);
  const { mixup, cutmix } = inBetweenSweeps(options);
  const trials = [clean, ...attacks, ...center, ...boundary, ...mixup, ...cutmix];
  let images = 0;
  // Each batch is a pass for every trial, and several for an attack: counted by trials, the display moves on.
  const passes = trials.length * set.length;
  let done = 0;
  onBatch?.(0, passes);
  const tryAll = (batch: PixelBatch) => {
    const { labels, indices } = batch;
    const partners = drawPartners(labels.length, stream(seed, 'in-between', indices[0]!));
    for (const each of trials) {
      each.wrong += countWrong(network, { ...batch, partners }, each);
      done += labels.length;
      onBatch?.(done, passes);
    }
    images += labels.length;
  };
  const badImages = await network.eachBatch(set, tryAll);
  const curve = (sweep: Sweep): ErrorAt[] => sweep.map(({ at, wrong }) => ({ at, error: wrong / images }));
  return {
    images,
    badImages,
    top1Error: clean.wrong / images,
    attacks: attacks.map(({ name, epsilon, wrong }) => ({ name, epsilon, top1Error: wrong / images })),
    occlusion: { center: curve(center), boundary: curve(boundary) },
    inBetween: { mixup: curve(mixup), cutmix: curve(cutmix) },
  };
}

function trial(change: Trial['change'], { eitherClass = false } = {}): Trial {
  return { change, eitherClass, wrong: 0 };
}

/** FGSM and PGD at each epsilon. */
function attackTrials(
  network: TrainedNetwork,
  { epsilons = [8 / 255], pgdSteps = 10, seed }: RobustnessOptions & { seed: number },
): (Trial & { name: string; epsilon: number })[] {
  for (const epsilon of epsilons) checkEpsilon(epsilon);
  checkWhole('pgdSteps', pgdSteps, 0);
  return epsilons.flatMap((epsilon) => {
    const single = trial(({ pixels, labels }) => fgsm(network, pixels, labels, { epsilon }));
    const repeated = trial(({ pixels, labels, indices }) => {
      const randomStart = new Generator(keyedSeed(seed, 'pgd', indices[0]!));
      return pgd(network, pixels, labels, { epsilon, steps: pgdSteps, randomStart });
    });
    const attacks = [{ name: 'FGSM', epsilon, ...single }];
    if (pgdSteps > 0) attacks.push({ name: `PGD-${pgdSteps}`, epsilon, ...repeated });
    return attacks;
  });
}

function occlusionSweeps(mean: readonly number[], { occlusionSteps = 8, fill = 'mean' }: RobustnessOptions) {
  checkOption('robustness', 'fill', choice(['mean', 'black']), fill);
  const color = fill === 'mean' ? mean : mean.map(() => 0);
  const along = (kind: OcclusionKind) =>
    sweep('occlusionSteps', occlusionSteps, (share) => trial(({ pixels }) => occlude(pixels, { kind, share, color })));
  return { center: along('center'), boundary: along('boundary') };
}

function inBetweenSweeps({ inBetweenSteps = 10 }: RobustnessOptions) {
  const along = (method: InBetweenMethod) =>
    sweep('inBetweenSteps', inBetweenSteps, (ratio) =>
      trial(({ pixels, partners }) => inBetween(pixels, { method, ratio, partners }), { eitherClass: true }),
    );
  return { mixup: along('mixup'), cutmix: along('cutmix') };
}

/** A trial at each of 0, 1 / steps, ..., 1. */
function sweep(option: string, steps: number, trialAt: (at: number) => Trial): Sweep {
  checkWhole(option, steps, 1);
  return Array.from({ length: steps + 1 }, (_, step) => ({ at: step / steps, ...trialAt(step / steps) }));
}

function countWrong(network: TrainedNetwork, batch: PairedBatch, { change, eitherClass }: Trial): number {
  const { labels, partners } = batch;
  const predicted = scope(() => {
    const changed = change(batch);
    return inferenceMode(() => network.logits(changed).argmax({ dim: 1 }).data());
  });
  return labels.filter((label, n) => {
    const answer = Number(predicted[n]);
    return answer !== label && !(eitherClass && answer === labels[partners[n]!]);
  }).length;
}

function checkWhole(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`robustness: expected ${option} to be a whole number of at least ${least}, got ${value}`);
}
