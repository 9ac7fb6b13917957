import type { BadImage } from '../data/index.ts';
import { expectedCalibrationError } from '../metrics/index.ts';
import type { Validation } from '../train/index.ts';
import { type EvaluateOptions, measure } from './measure.ts';

export interface Evaluation extends Validation {
  run: string;
  checkpoint: string;
  images: number;
  /** Pictures that cannot be decoded, which are not among the images: measured without them. */
  badImages: readonly BadImage[];
  /** Expected calibration error with 15 bins, a fraction. */
  calibrationError: number;
}

/** Measures a run's network on the test images: top-1 and top-5 error, calibration error (fractions) and loss. */
export async function evaluateAccuracy(path: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { checkpoint, classes, labels, badImages, probabilities, errors } = await measure(path, options);
  const calibrationError = expectedCalibrationError(probabilities, labels, classes.length);
  return { run: path, checkpoint, images: labels.length, badImages, ...errors, calibrationError };
}
