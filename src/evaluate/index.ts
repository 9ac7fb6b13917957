/** Protocols that measure a trained network. */
export { type FgsmOptions, fgsm, type PgdOptions, pgd } from './attacks.ts';
export { classActivationMaps, type MapMethod, mapMethods } from './class-maps.ts';
export {
  type ClassProbability,
  type ClassRegion,
  type ExplainOptions,
  type ExplainPictureOptions,
  type Explanation,
  explain,
  explainPicture,
} from './explain.ts';
export { type GradCamOptions, gradCam } from './grad-cam.ts';
export { otherEvaluations } from './kept-results.ts';
export type { LocalizationOptions } from './localization.ts';
export type { Predictions } from './measure.ts';
export type { OodOptions } from './ood.ts';
export { predict } from './predict.ts';
export * from './results.ts';
export type { RobustnessOptions } from './robustness.ts';
export { type ScoreMap, shownMap } from './shown-map.ts';
export { type EvaluateRunOptions, evaluateRun, parseSuites, type SuiteOptions } from './suites.ts';
export { type EvaluateOptions, type TrainedNetwork, withTrainedNetwork } from './trained-network.ts';
