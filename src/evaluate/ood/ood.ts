import { type LabeledImages, oodContents, oodLocation, openOodSet, parseOodSets } from '../../data/index.ts';
import { aupr, auroc, detectionAccuracy, tnrAtTpr } from '../../metrics/index.ts';
import { inferenceMode } from '../../torch/index.ts';
import { type EvaluatedBatch, eachBatch, type OnProgress, type TrainedNetwork } from '../network.ts';
import type { Suite } from '../suite.ts';
import { fingerprint, fingerprintsOf, knownWarning } from './known-images.ts';
import { type OodScoreName, oodScoreNames, oodScores } from './ood-scores.ts';

export interface OodScores {
  tnrAtTpr95: number;
  auroc: number;
  detectionAccuracy: number;
  /** Area under precision and recall with known (in) or unknown (out) images as the positives. */
  auprIn: number;
  auprOut: number;
}

export interface OodResult {
  /** Known images. */
  images: number;
  /** Pictures that cannot be decoded and were left out, known and unknown. */
  badImages: number;
  sets: { name: string; images: number; scores: Record<OodScoreName, OodScores> }[];
  /** Over the sets. */
  mean: Record<OodScoreName, OodScores>;
  /** One sentence each, as where an OOD set holds known images. */
  warnings: string[];
}

/** What the suite's options say. */
export interface OodOptions {
  /** Texts, or one that has several joined by commas. */
  sets: string | readonly string[];
  /** How many images of noise, where a set does not say. */
  images: number | undefined;
}

const textsOf = (sets: string | readonly string[]) => [
  ...new Set(typeof sets === 'string' ? parseOodSets(sets) : sets),
];

/** Where the sets are, and what is there. */
export function oodSources(sets: OodOptions['sets']): [location: string, contents: string][] {
  return textsOf(sets).map((set) => [oodLocation(set), oodContents(oodLocation(set))]);
}

/** What a network said of a set of images. */
class Scored {
  readonly scores: Record<OodScoreName, number[]> = { 'max-softmax': [], energy: [] };
  readonly fingerprints: string[] = [];
  badImages = 0;

  add({ pixels, logits }: EvaluatedBatch): void {
    inferenceMode(() => {
      const [images = 0, classes = 0] = logits.shape;
      const found = oodScores(logits.data('float32'), classes);
      for (const name of oodScoreNames) this.scores[name].push(...found[name]);
      const bytes = pixels.mul(255).round().to({ dtype: 'uint8' }).data('uint8');
      const size = bytes.length / images;
      for (let start = 0; start < bytes.length; start += size) {
        this.fingerprints.push(fingerprint(bytes.subarray(start, start + size)));
      }
    });
  }
}

/** Scores of the known images, and then of each set of unknown ones. */
export class OutOfDistribution implements Suite<OodResult> {
  readonly #options: OodOptions;
  readonly #network: TrainedNetwork;
  readonly #known = new Scored();
  /** Of the known images that will come, which noise and limited sets are as many as. */
  #count = 0;

  constructor(options: OodOptions, network: TrainedNetwork) {
    this.#options = options;
    this.#network = network;
  }

  async open(_: LabeledImages, indices: Int32Array): Promise<void> {
    this.#count = indices.length;
  }

  add(batch: EvaluatedBatch): void {
    this.#known.add(batch);
  }

  async result(badKnown: readonly unknown[], onProgress: OnProgress): Promise<OodResult> {
    const network = this.#network;
    const { images, config } = network;
    const { onBadImage, allowSkipped } = config;
    const noise = this.#options.images ?? Math.min(10_000, this.#count);
    const limit = this.#count < images.length ? this.#count : undefined;
    const opened = [];
    for (const text of textsOf(this.#options.sets)) {
      opened.push({
        text,
        set: await openOodSet(text, images, { images: noise, limit, onBadImage, allowSkipped }),
      });
    }
    const all = opened.reduce((sum, { set }) => sum + set.length, 0);
    const training = new Set(fingerprintsOf(network.parts.train));
    const fingerprints = { training, test: new Set(this.#known.fingerprints) };
    const found: OodResult['sets'] = [];
    const warnings: string[] = [];
    let badImages = badKnown.length;
    let before = 0;
    for (const { text, set, name } of distinctlyNamed(opened)) {
      const scored = new Scored();
      const begun = before;
      const bad = await eachBatch(network, set, (batch) => scored.add(batch), {
        onProgress: (done, batches) => onProgress(begun + Math.round((set.length * done) / batches), all),
      });
      before += set.length;
      badImages += bad.length + (set.badImages ?? 0);
      found.push({ name, images: scored.fingerprints.length, scores: compare(this.#known, scored) });
      const warning = knownWarning({ text, name, fingerprints: scored.fingerprints }, fingerprints, network);
      if (warning !== undefined) warnings.push(warning);
    }
    const mean = byScore((name) => meanOf(found.map(({ scores }) => scores[name])));
    return { images: this.#known.fingerprints.length, badImages, sets: found, mean, warnings };
  }
}

/** Sets of one name, as two folders called `images`, are told apart by what was typed. */
function distinctlyNamed<Set extends LabeledImages>(sets: readonly { text: string; set: Set }[]) {
  return sets.map(({ text, set }) => {
    const isShared = sets.filter((other) => other.set.name === set.name).length > 1;
    return { text, set, name: isShared ? `${set.name} (${text})` : set.name };
  });
}

function compare(known: Scored, unknown: Scored): Record<OodScoreName, OodScores> {
  return byScore((name) => measures(known.scores[name], unknown.scores[name]));
}

function measures(known: readonly number[], unknown: readonly number[]): OodScores {
  return {
    tnrAtTpr95: tnrAtTpr(known, unknown),
    auroc: auroc(known, unknown),
    detectionAccuracy: detectionAccuracy(known, unknown),
    auprIn: aupr(known, unknown),
    auprOut: aupr(known, unknown, { positive: 'out' }),
  };
}

function meanOf(sets: readonly OodScores[]): OodScores {
  const of = (measure: keyof OodScores) => sets.reduce((sum, set) => sum + set[measure], 0) / sets.length;
  return {
    tnrAtTpr95: of('tnrAtTpr95'),
    auroc: of('auroc'),
    detectionAccuracy: of('detectionAccuracy'),
    auprIn: of('auprIn'),
    auprOut: of('auprOut'),
  };
}

const byScore = (of: (name: OodScoreName) => OodScores): Record<OodScoreName, OodScores> => ({
  'max-softmax': of('max-softmax'),
  energy: of('energy'),
});
