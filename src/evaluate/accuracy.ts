import { expectedCalibrationError } from '../metrics/index.ts';
import type { Validation } from '../train/index.ts';
import { type EvaluateOptions, measure } from './measure.ts';

export interface Evaluation extends Validation {
  run: string;
  checkpoint: string;
  images: number;
  /** Expected calibration error with 15 bins, a fraction. */
  calibrationError: number;
}

/** Measures a run's network on the test images: top-1 and top-5 error, calibration error (fractions) and loss. */
export async function evaluateAccuracy(path: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { checkpoint, classes, labels, probabilities, errors } = await measure(path, options);
  const calibrationError = expectedCalibrationError(probabilities, labels, classes.length);
  return { run: path, checkpoint, images: labels.length, ...errors, calibrationError };
}
