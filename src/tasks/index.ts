/** What a network is trained to do: a batch to a loss, an output to scores. */
export { type ClassifyBatch, type ClassifyOptions, classify } from './classify/classify.ts';
export type { Task, TaskResult } from './task.ts';
