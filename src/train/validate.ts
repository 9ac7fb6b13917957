import type { ImageSet, Loader } from '../data/index.ts';
import { mixTargets } from '../tasks/classify/mix-batch.ts';
import type { ClassifyBatch, Task } from '../tasks/index.ts';
import { inferenceMode, scope } from '../torch/index.ts';
import { toInput } from './input.ts';
import { inPrecision, type Precision } from './precision.ts';

export interface ValidateOptions {
  precision: Precision;
  channelsLast: boolean;
  /** Called after every batch. */
  onBatch?: (done: number, batches: number) => void;
  /** Stops between batches; the result is then `undefined`. */
  signal?: AbortSignal | undefined;
}

/** Means over every image of the set exactly once. Errors are fractions. */
export interface Validation {
  valLoss: number;
  top1Error: number;
  top5Error: number;
}

/**
 * Measures a network on the images of a loader, normalized as it was trained. Restores its training behavior afterwards.
 */
export async function validate(
  task: Task<ClassifyBatch>,
  { normalization }: Pick<ImageSet, 'normalization'>,
  loader: Loader,
  { precision, channelsLast, onBatch, signal }: ValidateOptions,
): Promise<Validation | undefined> {
  const sums = { loss: 0, top1: 0, top5: 0, samples: 0 };
  const training = task.model.training;
  task.model.eval();
  try {
    for await (const batch of loader.batches(0)) {
      if (signal?.aborted) return undefined;
      const scores = scope(() =>
        inferenceMode(() => {
          const images = toInput(batch, { normalization, channelsLast });
          const input = { images, targets: mixTargets(batch.labels, []) };
          return task.score(
            input,
            inPrecision(precision, () => task.run(input)),
          );
        }),
      );
      for (const name of ['loss', 'top1', 'top5'] as const) sums[name] += scores[name]!;
      sums.samples += batch.labels.length;
      onBatch?.(batch.step + 1, loader.stepsPerEpoch);
      await eventLoopTurn();
    }
  } finally {
    task.model.train(training);
  }
  return {
    valLoss: sums.loss / sums.samples,
    top1Error: 1 - sums.top1 / sums.samples,
    top5Error: 1 - sums.top5 / sums.samples,
  };
}

/** Lets signals, messages and timers in: computing never leaves the main thread by itself. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
