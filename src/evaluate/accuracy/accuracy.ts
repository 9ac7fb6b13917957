import type { BadImage } from '../../data/index.ts';
import { expectedCalibrationError, type ReliabilityBin, reliabilityTable } from '../../metrics/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { Suite } from '../suite.ts';
import { trainingDuplicates } from './duplicates.ts';
import { findMistakes, type MistakesResult } from './mistakes.ts';
import { PredictionCollector, writePredictions } from './predictions.ts';

export interface AccuracyResult extends MistakesResult {
  /** Means over the images; errors are fractions. */
  valLoss: number;
  top1Error: number;
  top5Error: number;
  images: number;
  /** Pictures that cannot be decoded, which are not among the images: measured without them. */
  badImages: readonly BadImage[];
  /** Expected calibration error with 15 bins. */
  calibrationError: number;
  /** The reliability diagram's bins. */
  reliability: ReliabilityBin[];
}

/** Counts as validation does, tells the mistakes, and keeps what the network predicted. */
export function measureAccuracy(network: TrainedNetwork): Suite<AccuracyResult> {
  const meter = network.task.meter();
  const collector = new PredictionCollector(network.images);
  return {
    add(batch) {
      meter.add(batch.input, batch.logits);
      collector.add(batch);
    },
    async result(badImages) {
      const predictions = collector.predictions(network.checkpoint, badImages);
      writePredictions(network, predictions);
      const { probabilities, labels, classes } = predictions;
      return {
        ...(meter.result() as Pick<AccuracyResult, 'valLoss' | 'top1Error' | 'top5Error'>),
        images: labels.length,
        badImages,
        calibrationError: expectedCalibrationError(probabilities, labels, classes.length),
        reliability: reliabilityTable(probabilities, labels, classes.length),
        ...findMistakes(predictions, network.images, network.data, await trainingDuplicates(network)),
      };
    },
  };
}
