export { argmax } from './argmax.ts';
export {
  type CalibrationOptions,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityTable,
} from './calibration.ts';
export { type Confusion, confusionMatrix, mostConfused } from './confusion.ts';
export {
  type PairedComparison,
  pairedTTest,
  type Summary,
  studentQuantile,
  studentWithin,
  summarise,
} from './paired.ts';
export { topKError } from './top-k.ts';
