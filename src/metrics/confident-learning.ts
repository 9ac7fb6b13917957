/** Which labels are probably wrong: confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70). */
import { checkSamples } from './top-k.ts';

/** A sample whose label is probably not its class. */
export interface SuspectedLabel {
  sample: number;
  label: number;
  /** The class that it is counted as. */
  likely: number;
  /** The probability of `likely` less that of `label`, in 0..1: by this the paper ranks (prune by noise rate). */
  margin: number;
}

export interface ConfidentJoint {
  /** Of each class t_j: the mean probability of the class over the samples that are labeled so; infinite where none is. */
  thresholds: Float64Array;
  /** [classes, classes] row by row: samples labeled with the row's class and confidently of the column's. */
  joint: Uint32Array;
  /** The samples off the diagonal that are not predicted as labeled, the largest margin first. */
  suspects: SuspectedLabel[];
}

/**
 * The confident joint (equation 1 of the paper): a sample counts as class j where its probability of j is at least the
 * threshold t_j of that class, and of several such classes as the most probable one; one that reaches no threshold is not
 * counted. Suspected are those that count as another class than their label (the paper's method "C of labels and classes"),
 * without those that the network predicts as labeled: their probability of the label is the largest though below its threshold.
 *
 * The probabilities must be out of sample: of a network that was not trained on these labels. It learns its own labels by
 * heart, right and wrong ones. And only as far as the network is right are its suspicions: what it confuses, it suspects.
 *
 * @param probabilities [N, classes], row by row
 * @param labels N class indices
 * @throws where there is no sample, sizes do not fit, or a label is no class
 */
export function confidentJoint(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): ConfidentJoint {
  checkSamples('confidentJoint', 'probabilities', probabilities, labels, classes);
  const thresholds = selfConfidence(probabilities, labels, classes);
  const joint = new Uint32Array(classes * classes);
  const suspects: SuspectedLabel[] = [];
  for (let sample = 0; sample < labels.length; sample++) {
    const of = (c: number) => probabilities[sample * classes + c]!;
    const label = labels[sample]!;
    let likely = -1;
    let predicted = 0;
    for (let c = 0; c < classes; c++) {
      if (of(c) > of(predicted)) predicted = c;
      if (of(c) >= thresholds[c]! && (likely < 0 || of(c) > of(likely))) likely = c;
    }
    if (likely < 0) continue;
    joint[label * classes + likely]!++;
    if (likely !== label && predicted !== label) {
      suspects.push({ sample, label, likely, margin: of(likely) - of(label) });
    }
  }
  return { thresholds, joint, suspects: suspects.sort((a, b) => b.margin - a.margin) };
}

function selfConfidence(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array<ArrayBuffer> {
  const counts = new Uint32Array(classes);
  const sums = new Float64Array(classes);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample]!;
    counts[label]!++;
    sums[label]! += probabilities[sample * classes + label]!;
  }
  return sums.map((sum, c) => (counts[c] === 0 ? Number.POSITIVE_INFINITY : sum / counts[c]!));
}
