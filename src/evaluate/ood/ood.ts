import { type ImageSet, openUnknown, type UnknownImages } from '../../data/index.ts';
import { aupr, auroc, detectionAccuracy, tnrAtTpr } from '../../metrics/index.ts';
import { inferenceMode } from '../../torch/index.ts';
import { type OodResult, type OodScoreName, type OodScores, oodScoreNames } from '../results.ts';
import type { OnBatch, PixelBatch, TrainedNetwork } from '../trained-network.ts';
import { fingerprint, fingerprintsOf, knownWarning } from './known-images.ts';
import { oodScores } from './ood-scores.ts';

export interface OodOptions {
  /** Sets of unknown images as `openUnknown` takes them. Default: uniform and Gaussian noise. */
  unknown?: readonly string[] | undefined;
  /** How many images of noise, where their text does not say. Default: as many as known ones, at most 10,000. */
  images?: number | undefined;
}

/** What a network said of a set of images. */
interface Scored {
  scores: Record<OodScoreName, number[]>;
  fingerprints: string[];
  badImages: number;
}

/**
 * How well a network tells its test images from images of nothing that it learned, by scores that it was not trained
 * for (section 4.4 of the CutMix paper, which has the largest softmax probability alone). Known images are the
 * positives. Every image is scored: ODIN's code, whose sets the paper uses, keeps the first 1,000 of each side for tuning
 * (Liang et al. 2018), and the paper does not say whether it does.
 *
 * Unknown sets that hold known images are warned of: the network's own data, or more than 1 % of images with the same
 * bytes as training images (where these are in memory; those of `data` where that was given) or as the test images that
 * are measured.
 *
 * @param options `limit`: at most so many images of each set. `onBatch` counts images over all sets
 * @throws where an unknown set cannot be opened, or the network's scores are NaN
 */
export async function evaluateOod(
  network: TrainedNetwork,
  {
    unknown = ['uniform', 'gaussian'],
    images,
    limit,
    onBatch = () => {},
  }: OodOptions & { limit?: number | undefined; onBatch?: OnBatch | undefined } = {},
): Promise<OodResult> {
  if (unknown.length === 0) throw new Error('out of distribution: expected one unknown set or more, got none');
  const test = network.testImages(limit);
  const noise = images ?? Math.min(10_000, test.length);
  const { onBadImage } = network.config;
  const texts = [...new Set(unknown)];
  const sets: UnknownImages[] = [];
  for (const text of texts) sets.push(await openUnknown(text, test, { images: noise, limit, onBadImage }));
  const names = distinctNames(sets, texts);
  const all = [test, ...sets].reduce((sum, { length }) => sum + length, 0);
  let begun = 0;
  const scoreNext = (set: ImageSet): Promise<Scored> => {
    const before = begun;
    begun += set.length;
    return score(network, set, (done, batches) => onBatch(before + Math.round((set.length * done) / batches), all));
  };

  const known = await scoreNext(test);
  const training = new Set(fingerprintsOf(network.source.train));
  const fingerprints = { training, test: new Set(known.fingerprints) };
  const found: OodResult['sets'] = [];
  const warnings: string[] = [];
  let { badImages } = known;
  for (const [i, set] of sets.entries()) {
    const [text, name] = [texts[i]!, names[i]!];
    const scored = await scoreNext(set);
    badImages += scored.badImages + (set.badImages ?? 0);
    found.push({ name, images: scored.fingerprints.length, scores: compare(known, scored) });
    const warning = knownWarning({ text, name, ...scored }, fingerprints, network);
    if (warning !== undefined) warnings.push(warning);
  }
  const mean = byScore((name) => meanOf(found.map(({ scores }) => scores[name])));
  return { images: known.fingerprints.length, badImages, sets: found, mean, warnings };
}

/** Sets of one name, as two folders called `images`, are told apart by what was typed. */
function distinctNames(sets: readonly ImageSet[], texts: readonly string[]): string[] {
  const names = sets.map(({ name }) => name);
  return names.map((name, i) => (names.filter((other) => other === name).length > 1 ? `${name} (${texts[i]})` : name));
}

async function score(network: TrainedNetwork, set: ImageSet, onBatch: OnBatch): Promise<Scored> {
  const scores: Scored['scores'] = { 'max-softmax': [], energy: [] };
  const fingerprints: string[] = [];
  const add = ({ pixels }: PixelBatch) =>
    inferenceMode(() => {
      const logits = network.logits(pixels);
      const found = oodScores(logits.data() as Float32Array, logits.shape[1]!);
      for (const name of oodScoreNames) scores[name].push(...found[name]);
      const bytes = pixels.mul(255).round().to({ dtype: 'uint8' }).data() as Uint8Array;
      const size = bytes.length / pixels.shape[0]!;
      for (let start = 0; start < bytes.length; start += size) {
        fingerprints.push(fingerprint(bytes.subarray(start, start + size)));
      }
    });
  const badImages = await network.eachBatch(set, add, onBatch);
  return { scores, fingerprints, badImages };
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
