/** Protocols that measure a trained network. */
export type { AccuracyResult } from './accuracy/accuracy.ts';
export type { Duplicate } from './accuracy/duplicates.ts';
export type {
  DuplicatesResult,
  Mistake,
  MistakesResult,
  NamedImage,
  SuspectedImage,
} from './accuracy/mistakes.ts';
export { type Predictions, predict } from './accuracy/predictions.ts';
export { accuracySuite } from './accuracy/suite.ts';
export {
  type EvaluateRunOptions,
  type Evaluation,
  evaluateRun,
  measureSuite,
  otherEvaluations,
  type SuiteFailure,
  type SuiteResults,
} from './evaluate-run.ts';
export {
  type ClassRegion,
  type ExplainOptions,
  type ExplainPictureOptions,
  type Explanation,
  explain,
  explainPicture,
} from './explain.ts';
export {
  type ClassifiedPicture,
  type ClassifyPicturesOptions,
  type LoadedNetwork,
  type LoadNetworkOptions,
  loadNetwork,
} from './load-network.ts';
export { classActivationMaps, mapPass } from './localization/class-maps.ts';
export { type GradCamOptions, gradCam } from './localization/grad-cam.ts';
export {
  hasBoxes,
  type LocalizationResult,
  type LocalizedImage,
  networkWithBoxes,
} from './localization/localization.ts';
export type { AtThreshold } from './localization/max-box-acc-accumulator.ts';
export { type MixedMaps, type MixedMapsOptions, mixedMaps, type SeenClass } from './localization/mixed-maps.ts';
export { type MapMethod, mapMethods, type PlainMap, type ScoreMap, scoreMaps } from './localization/score-map.ts';
export {
  type EachBatchOptions,
  type EvaluatedBatch,
  eachBatch,
  limitedImages,
  logitsOf,
  normalizedPixels,
  type OnProgress,
  type OpenNetworkOptions,
  type TrainedNetwork,
  withTrainedNetwork,
} from './network.ts';
export type { NetworkInUse, OpenNetworkAloneOptions } from './network-in-use.ts';
export type { OodResult, OodScores } from './ood/ood.ts';
export { type OodScoreName, oodScoreNames } from './ood/ood-scores.ts';
export type { PictureInput, PictureInputs } from './picture-input.ts';
export { type FgsmOptions, fgsm, type PgdOptions, pgd } from './robustness/attacks.ts';
export type { AttackResult, ErrorAt, RobustnessResult } from './robustness/robustness.ts';
export { type Suite, type SuiteDefinition, suites } from './suite.ts';
export { parseSuites, type SuiteChoice } from './suites.ts';
export type { ClassProbability } from './top-classes.ts';
