import { expectedCalibrationError, reliabilityTable } from '../../metrics/index.ts';
import type { AccuracyResult } from '../results.ts';
import type { OnBatch, TrainedNetwork } from '../trained-network.ts';
import { predictions } from './predict.ts';

/** Top-1 and top-5 error, loss and calibration of a network on all test images. */
export async function evaluateAccuracy(network: TrainedNetwork, onBatch?: OnBatch): Promise<AccuracyResult> {
  const { classes, labels, badImages, probabilities, errors } = await predictions(network, onBatch);
  return {
    ...errors,
    images: labels.length,
    badImages,
    calibrationError: expectedCalibrationError(probabilities, labels, classes.length),
    reliability: reliabilityTable(probabilities, labels, classes.length),
  };
}
