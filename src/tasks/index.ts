/** What a network is trained to do: a batch to a loss, an output to scores. */
export * from './classify/index.ts';
export { imageTensor, normalizeImages, preparedImages } from './images.ts';
export {
  inPrecision,
  localRuntime,
  type Precision,
  type Runtime,
  type RuntimeOptions,
  resolvePrecision,
} from './runtime.ts';
export type { Meter, Preview, Step, StepLoss, Task } from './task.ts';
