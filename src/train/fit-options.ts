import type { Loader } from '../data/index.ts';
import type { ExponentialMovingAverage, Optimizer, Schedule } from '../optim/index.ts';
import type { RunFolder } from '../runs/index.ts';
import type { Runtime, Task } from '../tasks/index.ts';
import type { TrainListener } from './events.ts';

/** What `fit` takes: objects alone. */
export interface FitOptions<Target, Input, Output> {
  /** The network, its loss and its scores. */
  task: Task<Target, Input, Output>;
  /** Batches to learn from: shuffled, varied. */
  train: Loader<Target>;
  /** What is measured after each epoch; the best epoch is chosen on it. */
  validation: Loader<Target>;
  /**
   * Opens what is measured once, after training, by the weights of the best epoch; not called before. Closed by
   * `fit`. Default: nothing is.
   */
  test?: (() => Loader<Target> | Promise<Loader<Target>>) | undefined;
  /** Of the task's parameters. */
  optimizer: Optimizer;
  /** The learning rate at an epoch, which may be a fraction, from 0. */
  schedule: Schedule;
  /** Times over the training images, at least 1. */
  epochs: number;
  /** Training ends after so many epochs in a row without a better one. Default: not before all are done. */
  earlyStop?: number | undefined;
  /** Path of the run folder, new or empty; or one that is open for writing, which stays open. */
  run: string | RunFolder;
  /** Go on with the run that the folder holds: from its last checkpoint, or from one by name. Default: a run begins. */
  resume?: boolean | string | undefined;
  /** Every random draw of training follows from it. Default 0. */
  seed?: number | undefined;
  /** Where and how the network computes. Default: `localRuntime`. */
  runtime?: Runtime | undefined;
  /** Called with every event, in the loop: keep them short. */
  listeners?: readonly TrainListener[] | undefined;
  /** When aborted, the step under way is finished, a checkpoint is written, and `fit` returns. */
  signal?: AbortSignal | undefined;
  /** The gradients' norm over all parameters is brought down to this where it is larger. Default: left alone. */
  clipNorm?: number | undefined;
  /** An average of the weights, updated at every step; it is what is measured and saved as the model. Default: none. */
  average?: ExponentialMovingAverage | undefined;
  /**
   * Called with each epoch, from 1, before its steps, and with that of a checkpoint before it is loaded: where what learns
   * changes in the course of a training, it changes here, by the epoch alone. Default: nothing is done.
   */
  beforeEpoch?: ((epoch: number) => void) | undefined;
  /** Minutes between checkpoints within an epoch. Default 5. */
  checkpointMinutes?: number | undefined;
  /** What `config.json` of a new run folder holds, as JSON. Default: nothing but its format. */
  config?: object | undefined;
  /** What the network started from, in words, for listeners. Default: weights drawn anew. */
  startedFrom?: string | undefined;
  /** What there is to say of the data, in sentences, for listeners. Default: nothing. */
  notes?: readonly string[] | undefined;
}
