import type { Loader } from '../data/index.ts';
import { tensorsOf } from '../nn/index.ts';
import { inPrecision, type Meter, type Runtime, type Task } from '../tasks/index.ts';
import { inferenceMode, scope, trimMemory } from '../torch/index.ts';
import { untilAborted } from './until-aborted.ts';

export interface MeasureOptions<Input, Output> {
  runtime: Runtime;
  /** Called after every batch. */
  onBatch?: ((done: number, batches: number) => void) | undefined;
  /** Stops between batches, also while one is waited for; the result is then `undefined`. */
  signal?: AbortSignal | undefined;
  /** Also gets all that the task's own meter gets. Default: none. */
  also?: Pick<Meter<Input, Output>, 'add'> | undefined;
}

/**
 * A task's scores on a loader's images, each exactly once. Restores the network's training behavior afterwards.
 *
 * @throws where the task's prediction is no tree of tensors, or a score is NaN, naming it
 */
export async function measure<Target, Input, Output>(
  task: Task<Target, Input, Output>,
  loader: Loader<Target>,
  { runtime, onBatch, signal, also }: MeasureOptions<Input, Output>,
): Promise<Record<string, number> | undefined> {
  const meter = task.meter();
  const training = task.model.training;
  task.model.eval();
  try {
    for await (const batch of untilAborted(loader.batches(0), signal)) {
      scope(() =>
        inferenceMode(() => {
          const input = task.prepare(batch, runtime);
          const output = inPrecision(runtime, () => task.predict(input));
          if (batch.step === 0) tensorsOf(output, 'predict');
          meter.add(input, output);
          also?.add(input, output);
        }),
      );
      onBatch?.(batch.step + 1, loader.stepsPerEpoch);
      await eventLoopTurn();
    }
  } finally {
    task.model.train(training);
    // Its batches may be larger than those of training, which would hold their memory to the end.
    trimMemory();
  }
  return signal?.aborted ? undefined : checkedScores(meter.result(), loader);
}

function checkedScores(scores: Record<string, number>, { set }: Loader): Record<string, number> {
  for (const [name, value] of Object.entries(scores)) {
    if (typeof value === 'number' && !Number.isNaN(value)) continue;
    throw new Error(
      `meter: expected a number for ${name} of ${set.name} ${set.part}, got ${value}; ` +
        'the network says NaN, or the meter divides by nothing',
    );
  }
  return scores;
}

/** Lets signals, messages and timers in: computing never leaves the main thread by itself. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
