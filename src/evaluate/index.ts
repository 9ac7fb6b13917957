/** Protocols that measure a trained network. */
export { type Evaluation, evaluateAccuracy } from './accuracy.ts';
export type { EvaluateOptions, Predictions } from './measure.ts';
export { predict } from './predict.ts';
