import { type LabeledImages, oodContents, oodLocation, openOodSet, parseOodSets } from '../../data/index.ts';
import { aupr, auroc, detectionAccuracy, tnrAtTpr } from '../../metrics/index.ts';
import { define, integer, type Kind, kind, option, type ResolvedOptions, text } from '../../options/index.ts';
import { inferenceMode } from '../../torch/index.ts';
import { type EvaluatedBatch, eachBatch, type OnProgress, type TrainedNetwork } from '../network.ts';
import type { Suite, SuiteDefinition } from '../suite.ts';
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

const setsKind: Kind<string | readonly string[]> = kind(
  'OOD sets joined by commas, as in uniform,gaussian, or a list of such',
  { anyOf: [text.schema, { type: 'array', items: text.schema, minItems: 1 }] },
  (value) =>
    text.accepts(value) || (Array.isArray(value) && value.length > 0 && value.every((one) => text.accepts(one))),
);

const options = {
  sets: option(setsKind, {
    default: 'uniform,gaussian' as string | readonly string[],
    description: 'images of nothing that the network learned, see docs/out-of-distribution.md',
  }),
  images: option(integer({ min: 1 }), {
    description: 'how many images of noise, where the set does not say',
    otherwise: 'as many as known ones, at most 10,000',
  }),
};

type Resolved = ResolvedOptions<typeof options>;

const textsOf = (sets: string | readonly string[]) => [
  ...new Set(typeof sets === 'string' ? parseOodSets(sets) : sets),
];

/** What a network said of a set of images. */
class Scored {
  readonly scores: Record<OodScoreName, number[]> = { 'max-softmax': [], energy: [] };
  readonly fingerprints: string[] = [];
  badImages = 0;

  add({ pixels, logits }: EvaluatedBatch): void {
    inferenceMode(() => {
      const found = oodScores(logits.data('float32'), logits.shape[1]!);
      for (const name of oodScoreNames) this.scores[name].push(...found[name]);
      const bytes = pixels.mul(255).round().to({ dtype: 'uint8' }).data('uint8');
      const size = bytes.length / pixels.shape[0]!;
      for (let start = 0; start < bytes.length; start += size) {
        this.fingerprints.push(fingerprint(bytes.subarray(start, start + size)));
      }
    });
  }
}

/**
 * How well a network tells its test images from images of nothing that it learned, by scores that it was not trained
 * for (section 4.4 of the CutMix paper, which has the largest softmax probability alone). Known images are the
 * positives. Every image is scored: ODIN's code, whose sets the paper uses, keeps the first 1,000 of each side for tuning
 * (Liang et al. 2018), and the paper does not say whether it does.
 *
 * OOD sets that hold known images are warned of: the network's own data, or more than 1 % of images with the same
 * bytes as training images (where these are in memory; those of `data` where that was given) or as the test images that
 * are measured.
 */
export const oodSuite: SuiteDefinition = define({
  name: 'ood',
  description: "telling known images from out-of-distribution ones by the network's confidence",
  options,
  ...{ protocol: 3 },
  make: (resolved: Resolved, network: TrainedNetwork): Suite<OodResult> => new OutOfDistribution(resolved, network),
  async source(_: TrainedNetwork, { sets }: Readonly<Record<string, unknown>>) {
    return textsOf(sets as string | readonly string[]).map((set) => [oodLocation(set), oodContents(oodLocation(set))]);
  },
});

class OutOfDistribution implements Suite<OodResult> {
  readonly #options: Resolved;
  readonly #network: TrainedNetwork;
  readonly #known = new Scored();
  /** Of the known images that will come, which noise and limited sets are as many as. */
  #count = 0;

  constructor(resolved: Resolved, network: TrainedNetwork) {
    this.#options = resolved;
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
    const texts = textsOf(this.#options.sets);
    const sets = [];
    for (const text of texts) {
      sets.push(await openOodSet(text, images, { images: noise, limit, onBadImage, allowSkipped }));
    }
    const names = distinctNames(sets, texts);
    const all = sets.reduce((sum, { length }) => sum + length, 0);
    const training = new Set(fingerprintsOf(network.parts.train));
    const fingerprints = { training, test: new Set(this.#known.fingerprints) };
    const found: OodResult['sets'] = [];
    const warnings: string[] = [];
    let badImages = badKnown.length;
    let before = 0;
    for (const [i, set] of sets.entries()) {
      const scored = new Scored();
      const begun = before;
      const bad = await eachBatch(network, set, (batch) => scored.add(batch), {
        onProgress: (done, batches) => onProgress(begun + Math.round((set.length * done) / batches), all),
      });
      before += set.length;
      badImages += bad.length + (set.badImages ?? 0);
      const [text, name] = [texts[i]!, names[i]!];
      found.push({ name, images: scored.fingerprints.length, scores: compare(this.#known, scored) });
      const warning = knownWarning({ text, name, fingerprints: scored.fingerprints }, fingerprints, network);
      if (warning !== undefined) warnings.push(warning);
    }
    const mean = byScore((name) => meanOf(found.map(({ scores }) => scores[name])));
    return { images: this.#known.fingerprints.length, badImages, sets: found, mean, warnings };
  }
}

/** Sets of one name, as two folders called `images`, are told apart by what was typed. */
function distinctNames(sets: readonly { name: string }[], texts: readonly string[]): string[] {
  const names = sets.map(({ name }) => name);
  return names.map((name, i) => (names.filter((other) => other === name).length > 1 ? `${name} (${texts[i]})` : name));
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
