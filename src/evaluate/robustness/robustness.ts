/** What breaks a network: attacks, hidden parts, mixtures of two images (section 4.4 and appendix E.1 of the CutMix paper). */
import { buildEvaluationLoader } from '../../config/index.ts';
import { type LabeledImages, select } from '../../data/index.ts';
import { argmax } from '../../metrics/index.ts';
import { keyedSeed, stream } from '../../random/index.ts';
import { imageTensor } from '../../tasks/index.ts';
import { Generator, inferenceMode, scope, type Tensor, tensor } from '../../torch/index.ts';
import { type EvaluatedBatch, logitsOf, type TrainedNetwork } from '../network.ts';
import type { Suite } from '../suite.ts';
import { fgsm, pgd } from './attacks.ts';
import { type InBetweenMethod, inBetween } from './in-between.ts';
import { type OcclusionKind, occlude } from './occlusion.ts';

/** One point of a curve: top-1 error of images changed by that much. */
export interface ErrorAt {
  at: number;
  error: number;
}

export interface AttackResult {
  /** As in `FGSM` or `PGD-10`. */
  name: string;
  /** The largest change of a pixel, of 0..1. */
  epsilon: number;
  top1Error: number;
}

export interface RobustnessResult {
  images: number;
  badImages: number;
  /** Of the images as they are. */
  top1Error: number;
  attacks: AttackResult[];
  /** `at` is the side of the square as a share of the image's; what is inside it (center) or outside of it (boundary) is hidden. */
  occlusion: { center: ErrorAt[]; boundary: ErrorAt[] };
  /**
   * `at` is the share of the first image of a pair, `error` how often neither of the two classes is predicted (section 4.4
   * of the CutMix paper), also at the ends.
   */
  inBetween: { mixup: ErrorAt[]; cutmix: ErrorAt[] };
}

/** What the suite's options say. */
export interface RobustnessOptions {
  /** Of 0..255. */
  epsilons: readonly number[];
  /** 0 leaves PGD out. */
  pgdSteps: number;
  occlusionSteps: number;
  fill: 'mean' | 'black';
  inBetweenSteps: number;
  /** Of the pairs and of PGD's starts. Default: the run's. */
  seed: number | undefined;
}

/** A batch with a partner for each image. */
interface PairedBatch extends EvaluatedBatch {
  /** [N, C, H, W] in 0..1. */
  partners: Tensor;
  partnerLabels: Int32Array;
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

/** From how many images, drawn from all of the set, partners are taken: many sets are stored class by class. */
const poolSize = 256;

/** Every change of a batch that is asked for, and how often the network then errs. */
export class Robustness implements Suite<RobustnessResult> {
  readonly #network: TrainedNetwork;
  readonly #seed: number;
  readonly #attacks: (Trial & { name: string; epsilon: number })[];
  readonly #occlusion: Record<OcclusionKind, Sweep>;
  readonly #inBetween: Record<InBetweenMethod, Sweep>;
  #pool: PartnerPool | undefined;
  #images = 0;
  #wrong = 0;

  constructor(options: RobustnessOptions, network: TrainedNetwork) {
    this.#network = network;
    this.#seed = options.seed ?? network.config.seed;
    this.#attacks = attackTrials(network, this.#seed, options);
    this.#occlusion = occlusionSweeps(network.normalization.mean, options);
    this.#inBetween = inBetweenSweeps(options);
  }

  async open(images: LabeledImages, indices: Int32Array): Promise<void> {
    this.#pool = await PartnerPool.draw(this.#network, images, indices, this.#seed);
  }

  add(batch: EvaluatedBatch): void {
    const { labels, logits } = batch;
    this.#images += labels.length;
    this.#wrong += countWrong(logits, labels, labels);
    const partners = this.#pool!.partnersOf(batch);
    const sweeps = [...Object.values(this.#occlusion), ...Object.values(this.#inBetween)];
    for (const trial of [...this.#attacks, ...sweeps.flat()]) {
      scope(() => {
        const changed = trial.change({ ...batch, ...partners });
        const predicted = inferenceMode(() => logitsOf(this.#network, changed));
        trial.wrong += countWrong(predicted, labels, trial.eitherClass ? partners.partnerLabels : labels);
      });
    }
  }

  result(badImages: readonly unknown[]): RobustnessResult {
    const images = this.#images;
    const curve = (sweep: Sweep): ErrorAt[] => sweep.map(({ at, wrong }) => ({ at, error: wrong / images }));
    const [{ center, boundary }, { mixup, cutmix }] = [this.#occlusion, this.#inBetween];
    return {
      images,
      badImages: badImages.length,
      top1Error: this.#wrong / images,
      attacks: this.#attacks.map(({ name, epsilon, wrong }) => ({ name, epsilon, top1Error: wrong / images })),
      occlusion: { center: curve(center), boundary: curve(boundary) },
      inBetween: { mixup: curve(mixup), cutmix: curve(cutmix) },
    };
  }
}

/** How many images are predicted as neither of two classes. */
function countWrong(logits: Tensor, labels: Int32Array, others: Int32Array): number {
  const [, classes = 0] = logits.shape;
  const predicted = argmax(logits.data('float32'), classes);
  return labels.filter((label, n) => predicted[n] !== label && predicted[n] !== others[n]).length;
}

function trial(change: Trial['change'], { eitherClass = false } = {}): Trial {
  return { change, eitherClass, wrong: 0 };
}

/** FGSM and PGD at each epsilon. */
function attackTrials(network: TrainedNetwork, seed: number, { epsilons, pgdSteps }: RobustnessOptions) {
  const attacked = { logits: (pixels: Tensor) => logitsOf(network, pixels) };
  return epsilons.flatMap((ofBytes) => {
    const epsilon = ofBytes / 255;
    const single = trial(({ pixels, labels }) => fgsm(attacked, pixels, labels, { epsilon }));
    const repeated = trial(({ pixels, labels, indices }) => {
      const [first = 0] = indices;
      const randomStart = new Generator(keyedSeed(seed, 'pgd', first));
      return pgd(attacked, pixels, labels, { epsilon, steps: pgdSteps, randomStart });
    });
    const attacks = [{ name: 'FGSM', epsilon, ...single }];
    if (pgdSteps > 0) attacks.push({ name: `PGD-${pgdSteps}`, epsilon, ...repeated });
    return attacks;
  });
}

function occlusionSweeps(
  mean: readonly number[],
  { occlusionSteps, fill }: RobustnessOptions,
): Record<OcclusionKind, Sweep> {
  const color = fill === 'mean' ? mean : mean.map(() => 0);
  const along = (kind: OcclusionKind) =>
    sweep(occlusionSteps, (share) => trial(({ pixels }) => occlude(pixels, { kind, share, color })));
  return { center: along('center'), boundary: along('boundary') };
}

function inBetweenSweeps({ inBetweenSteps }: RobustnessOptions): Record<InBetweenMethod, Sweep> {
  const along = (method: InBetweenMethod) =>
    sweep(inBetweenSteps, (ratio) =>
      trial(({ pixels, partners }) => inBetween(pixels, { method, ratio, partners }), { eitherClass: true }),
    );
  return { mixup: along('mixup'), cutmix: along('cutmix') };
}

/** A trial at each of 0, 1 / steps, ..., 1. */
function sweep(steps: number, trialAt: (at: number) => Trial): Sweep {
  return Array.from({ length: steps + 1 }, (_, step) => ({ at: step / steps, ...trialAt(step / steps) }));
}

/** Images in memory, drawn from the whole set, from which partners are taken. */
class PartnerPool {
  readonly #seed: number;
  readonly #pixels: Tensor;
  readonly #labels: Int32Array;
  readonly #indices: readonly number[];

  private constructor(seed: number, pixels: Tensor, labels: Int32Array, indices: readonly number[]) {
    this.#seed = seed;
    this.#pixels = pixels;
    this.#labels = labels;
    this.#indices = indices;
  }

  static async draw(
    network: TrainedNetwork,
    images: LabeledImages,
    among: Int32Array,
    seed: number,
  ): Promise<PartnerPool> {
    const order = stream(seed, 'in-between').permutation(among.length).subarray(0, poolSize);
    const chosen = Int32Array.from(order, (place) => among[place]!);
    const loader = buildEvaluationLoader({ ...network.config, evalBatchSize: poolSize }, select(images, chosen));
    try {
      for await (const batch of loader.batches(0)) {
        const pixels = scope(() => imageTensor(batch, { ...network.runtime, channelsLast: false }).div_(255));
        const indices = Array.from(batch.indices, (place) => chosen[place]!);
        return new PartnerPool(seed, pixels, Int32Array.from(batch.targets), indices);
      }
    } finally {
      await loader.close();
    }
    throw new Error('robustness: expected images to pair with, got none that can be decoded');
  }

  /** For each image of a batch another one, by a draw of its own; a single image is its own. */
  partnersOf({ indices }: EvaluatedBatch): Pick<PairedBatch, 'partners' | 'partnerLabels'> {
    const places = Int32Array.from(indices, (index) => {
      const place = stream(this.#seed, 'in-between', index).integer(this.#indices.length);
      return this.#indices[place] === index ? (place + 1) % this.#indices.length : place;
    });
    return {
      partners: this.#pixels.indexSelect(0, tensor(places, { device: this.#pixels.device })),
      partnerLabels: places.map((place) => this.#labels[place]!),
    };
  }
}
