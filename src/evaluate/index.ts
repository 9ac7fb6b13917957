/** Protocols that measure a trained network. */

export type { Predictions } from './accuracy/measure.ts';
export { predict } from './accuracy/predict.ts';
export {
  type ClassProbability,
  type ClassRegion,
  type ExplainOptions,
  type ExplainPictureOptions,
  type Explanation,
  explain,
  explainPicture,
} from './explain.ts';
export { classActivationMaps, type MapMethod, mapMethods } from './localization/class-maps.ts';
export { type GradCamOptions, gradCam } from './localization/grad-cam.ts';
export type { LocalizationOptions } from './localization/localization.ts';
export { type ScoreMap, shownMap } from './localization/score-map.ts';
export type { OodOptions } from './ood/ood.ts';
export { otherEvaluations } from './result-cache.ts';
export * from './results.ts';
export { type FgsmOptions, fgsm, type PgdOptions, pgd } from './robustness/attacks.ts';
export type { RobustnessOptions } from './robustness/robustness.ts';
export { type EvaluateRunOptions, evaluateRun, parseSuites, type SuiteOptions } from './suites.ts';
export { type EvaluateOptions, type TrainedNetwork, withTrainedNetwork } from './trained-network.ts';
