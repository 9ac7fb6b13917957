/** The best method beside its baseline: what their networks take for what, how sure they are, and which images one alone gets right. */
import type { Predictions } from '../evaluate/index.ts';
import { confusionMatrix, mostConfused, type ReliabilityBin, reliabilityTable } from '../metrics/index.ts';
import type { Comparison, ConfusedPair, Disagreement, Disagreements, RowResult, RunResult } from './results.ts';

/** Classes of which every pair is kept: as many as a matrix on a page can have. */
const mostForMatrix = 20;
const pairsKept = 15;
const clearestKept = 12;

/**
 * Compares the method with the lowest top-1 error of the last epoch with its baseline; one row alone is looked at where
 * there is no method with a baseline.
 *
 * @param rows at least one, each with at least one run
 * @param predictionsOf what a run's last checkpoint says of the test images
 */
export async function compareBest(
  rows: readonly RowResult[],
  predictionsOf: (run: RunResult) => Promise<Predictions>,
): Promise<Comparison> {
  const compared = comparedRows(rows);
  const predicted: Predictions[][] = [];
  // One after the other: each network uses all processors.
  for (const { runs } of compared) {
    const ofRow: Predictions[] = [];
    for (const run of runs) ofRow.push(await predictionsOf(run));
    predicted.push(ofRow);
  }
  const { classes } = predicted[0]![0]!;
  const disagreements = disagreementsOf(compared, predicted);
  return {
    rows: compared.map(({ row }) => row),
    classes,
    reliability: predicted.map((runs) =>
      pooledBins(runs.map(({ probabilities, labels }) => reliabilityTable(probabilities, labels, classes.length))),
    ),
    confusions: confusions(predicted, classes.length),
    ...(disagreements && { disagreements }),
  };
}

function comparedRows(rows: readonly RowResult[]): RowResult[] {
  const methods = rows.filter(({ paired }) => paired !== undefined);
  const [best] = methods.toSorted((a, b) => a.top1.last.mean - b.top1.last.mean);
  if (best === undefined) return rows.slice(0, 1);
  return [rows.find(({ row }) => row === best.paired!.baseline)!, best];
}

/** The bins of several networks as if their images were one set. */
function pooledBins(tables: readonly (readonly ReliabilityBin[])[]): ReliabilityBin[] {
  return tables[0]!.map(({ low, high }, i) => {
    const bins = tables.map((table) => table[i]!);
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    const mean = (of: 'confidence' | 'accuracy') =>
      bins.reduce((sum, bin) => sum + bin.count * bin[of], 0) / Math.max(1, count);
    return { low, high, count, confidence: mean('confidence'), accuracy: mean('accuracy') };
  });
}

function confusions(predicted: readonly (readonly Predictions[])[], classes: number): ConfusedPair[] {
  const counts = predicted.map((runs) => {
    const sum = new Uint32Array(classes ** 2);
    for (const { labels, predicted } of runs) {
      const ofRun = confusionMatrix(labels, predicted, classes);
      for (const [place, count] of ofRun.entries()) sum[place]! += count;
    }
    return sum;
  });
  const together = counts[0]!.map((_, place) => counts.reduce((sum, ofRow) => sum + ofRow[place]!, 0));
  const pairs =
    classes <= mostForMatrix
      ? Array.from(together, (_, place) => ({ label: Math.floor(place / classes), predicted: place % classes }))
      : mostConfused(together, classes, pairsKept);
  return pairs.map(({ label, predicted: taken }) => ({
    label,
    predicted: taken,
    shares: counts.map((ofRow) => {
      const images = ofRow.subarray(label * classes, (label + 1) * classes).reduce((sum, count) => sum + count, 0);
      return ofRow[label * classes + taken]! / Math.max(1, images);
    }),
  }));
}

function disagreementsOf(
  rows: readonly RowResult[],
  predicted: readonly (readonly Predictions[])[],
): Disagreements | undefined {
  const [first, second] = rows;
  for (const [place, { seed }] of (first?.runs ?? []).entries()) {
    const twin = second?.runs.findIndex((run) => run.seed === seed) ?? -1;
    if (twin >= 0) return { seed, ...disagreements(predicted[0]![place]!, predicted[1]![twin]!) };
  }
  return undefined;
}

/**
 * Sorts the images of a test set by which of two networks gets them right.
 *
 * @throws where the two are not of the same images
 */
export function disagreements(first: Predictions, second: Predictions): Omit<Disagreements, 'seed'> {
  if (first.indices.length !== second.indices.length || first.indices.some((index, n) => index !== second.indices[n])) {
    throw new Error('disagreements: expected predictions of the same images, got two sets of them');
  }
  const classes = first.classes.length;
  const both = [first, second].map(({ probabilities, predicted }) => ({ probabilities, said: predicted }));
  const agreed = { bothRight: 0, bothWrong: 0 };
  const onlyRight: { clearness: number; found: Disagreement }[][] = [[], []];
  for (const [n, label] of first.labels.entries()) {
    const predicted = both.map(({ said }) => said[n]!) as [number, number];
    const isRight = predicted.map((one) => one === label);
    if (isRight[0] === isRight[1]) {
      agreed[isRight[0] ? 'bothRight' : 'bothWrong']++;
      continue;
    }
    const probability = (of: number, c: number) => both[of]!.probabilities[n * classes + c]!;
    const confidence: [number, number] = [probability(0, predicted[0]), probability(1, predicted[1])];
    onlyRight[isRight[0] ? 0 : 1]!.push({
      clearness: Math.abs(probability(0, label) - probability(1, label)),
      found: { index: first.indices[n]!, label, predicted, confidence },
    });
  }
  const [ofFirst, ofSecond] = onlyRight.map((list) => ({
    count: list.length,
    clearest: list
      .sort((a, b) => b.clearness - a.clearness)
      .slice(0, clearestKept)
      .map(({ found }) => found),
  }));
  return { ...agreed, onlyRight: [ofFirst!, ofSecond!] };
}
