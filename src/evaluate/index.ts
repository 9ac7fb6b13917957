/** Protocols that measure a trained network. */
export { type EvaluateOptions, type Evaluation, evaluateAccuracy } from './accuracy.ts';
