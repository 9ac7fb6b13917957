export { type Box, type IouOptions, iou, type PixelConvention, type Size } from '../geometry/index.ts';
export { binomialInterval, signTest } from './binomial.ts';
export {
  type CalibrationOptions,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityTable,
} from './calibration.ts';
export type { Connectivity } from './component-forest.ts';
export {
  type Component,
  type ConnectedComponents,
  type ConnectedComponentsOptions,
  connectedComponents,
} from './components.ts';
export { type ConfidentJoint, confidentJoint, type SuspectedLabel } from './confident-learning.ts';
export {
  balancedAccuracy,
  type ClassErrors,
  type Confusion,
  classErrors,
  confusionMatrix,
  mostConfused,
} from './confusion.ts';
export type { Detection, GroundTruth, Label } from './detection.ts';
export {
  type LocalizationAccuracy,
  type LocalizationAccuracyOptions,
  type LocalizedImage,
  localizationAccuracy,
} from './localization.ts';
export {
  type BoxAtOptions,
  boxAt,
  componentBoxes,
  largestBoxes,
  type MapBoxOptions,
  type MapBoxProtocol,
} from './map-boxes.ts';
export type { MatchingProtocol } from './match-class.ts';
export {
  type DetectionMatch,
  type DetectionMatches,
  type MatchDetectionsOptions,
  matchDetections,
  type Outcome,
} from './match-detections.ts';
export {
  boxThresholds,
  type MapIous,
  type MapIousOptions,
  type MaxBoxAccuracy,
  MaxBoxAccuracyAccumulator,
  type MaxBoxAccuracyOptions,
  type MaxBoxAccuracyV2,
  type MaxBoxAccuracyV2Options,
  mapIous,
  maxBoxAccuracy,
  maxBoxAccuracyV2,
  v2IouThresholds,
  wsolevaluationGroundTruth,
} from './max-box-accuracy.ts';
export {
  type ClassAveragePrecision,
  cocoAveragePrecision,
  type MeanAveragePrecision,
  type MeanAveragePrecisionOptions,
  meanAveragePrecision,
  voc2007AveragePrecision,
  vocAveragePrecision,
} from './mean-average-precision.ts';
export {
  holmAdjusted,
  type PairedComparison,
  pairedTTest,
  type Summary,
  studentQuantile,
  studentWithin,
  summarize,
} from './paired.ts';
export {
  type AveragePrecisionOptions,
  averagePrecision,
  type Interpolation,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type ScoredOutcome,
} from './precision-recall.ts';
export { type AuprOptions, aupr, auroc, detectionAccuracy, type TnrAtTprOptions, tnrAtTpr } from './roc.ts';
export { normalizeMap, type ResizeMapOptions, resizeMap, shownMap } from './score-map.ts';
export { argmax, rankOf, topKError, topKErrors } from './top-k.ts';
