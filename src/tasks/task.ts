import type { Module } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';

/** What a task makes of a batch. */
export interface TaskResult {
  /** One number, differentiable: what training lowers. */
  loss: Tensor;
  /** What the network said: logits, boxes, words; the task's own `score` reads it. */
  output: Tensor;
}

/**
 * All that the training loop knows of a method: from a batch to a loss, and from an output to counts that add up over
 * batches. A captioner or a detector is another task; the loop does not change.
 */
export interface Task<Batch> {
  readonly model: Module;
  run(batch: Batch): TaskResult;
  /** Sums over the batch's samples, by name; the loop adds them up and divides by the samples. */
  score(batch: Batch, result: TaskResult): Record<string, number>;
}
