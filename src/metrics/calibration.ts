/** How far a network's confidence can be believed. Guo et al. 2017, "On Calibration of Modern Neural Networks". */
import { integer, type OptionsOf, option, resolveOptions } from '../options/index.ts';
import { argmax, checkSamples } from './top-k.ts';

const calibrationOptions = {
  /** How many bins of equal width the confidences 0..1 are put into, 1 to a million. Default 15, as in the paper. */
  bins: option(integer({ min: 1, guard: 1_000_000 }), {
    default: 15,
    description: 'bins of equal width that 0..1 is cut into',
  }),
};

export type CalibrationOptions = OptionsOf<typeof calibrationOptions>;

/** The samples whose confidence lies in (low, high]; the first bin holds 0 too. */
export interface ReliabilityBin {
  low: number;
  high: number;
  count: number;
  /** Means over the bin's samples, fractions; both 0 where there is none. */
  confidence: number;
  accuracy: number;
}

/**
 * The data of a reliability diagram (section 2 of the paper). A sample's confidence is the probability of its predicted
 * class, that of `argmax`.
 *
 * @param probabilities [N, classes], row by row, in 0..1. A row with NaN is wrong, falls into the first bin and makes its
 *   confidence NaN
 * @param labels N class indices, 0 .. classes-1
 * @returns one for each bin, from low to high confidence
 * @throws where there is no sample, sizes do not fit, a label is no class, or a probability is not in 0..1
 */
export function reliabilityTable(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  options: CalibrationOptions = {},
): ReliabilityBin[] {
  const { bins } = resolveOptions('calibration', calibrationOptions, options);
  checkSamples('calibration', 'probabilities', probabilities, labels, classes);
  checkProbabilities(probabilities, classes);
  const table = Array.from({ length: bins }, (_, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    count: 0,
    confidence: 0,
    accuracy: 0,
  }));
  for (const [n, predicted] of argmax(probabilities, classes).entries()) {
    const confidence = probabilities[n * classes + predicted]!;
    const place = Math.min(bins, Math.ceil(confidence * bins)) - 1;
    const bin = table[Math.max(0, place) || 0]!;
    bin.count++;
    bin.confidence += confidence;
    bin.accuracy += predicted === labels[n] && !Number.isNaN(confidence) ? 1 : 0;
  }
  return table.map((bin) => {
    const count = Math.max(1, bin.count);
    return { ...bin, confidence: bin.confidence / count, accuracy: bin.accuracy / count };
  });
}

/**
 * The expected calibration error (equation 3 of the paper): the mean over all samples of the distance between confidence
 * and accuracy in the sample's bin. In 0..1; 0 is perfect. NaN where a probability that counts is NaN.
 *
 * Parameters and errors as for {@link reliabilityTable}.
 */
export function expectedCalibrationError(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  options: CalibrationOptions = {},
): number {
  const table = reliabilityTable(probabilities, labels, classes, options);
  const distances = table.map(({ count, confidence, accuracy }) => count * Math.abs(accuracy - confidence));
  return distances.reduce((sum, distance) => sum + distance, 0) / labels.length;
}

function checkProbabilities(probabilities: Float32Array, classes: number): void {
  // Softmax in float32 may give a little more than 1.
  const wrong = probabilities.findIndex((value) => value < 0 || value > 1.001);
  if (wrong < 0) return;
  throw new Error(
    `calibration: expected probabilities in 0..1, got ${probabilities[wrong]} for sample ${Math.floor(wrong / classes)}; ` +
      'apply softmax to logits first',
  );
}
