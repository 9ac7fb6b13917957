export { type ApplyOptions, applyPlan, type ImageBatch, type PixelArray } from './apply.ts';
export type { BoxName } from './boxes.ts';
export { oneOf, sampleMix } from './combine.ts';
export { type CutMixOptions, cutmix, type FeatureCutMixOptions, featureCutmix } from './cutmix.ts';
export { type CutoutOptions, cutout } from './cutout.ts';
export type { LabelName } from './label-weights.ts';
export { labelPlan, type MixedLabels, mixLabels, mixSoftLabels, softLabels } from './labels.ts';
export type { Granularity, RateOptions, Schedule, StageOptions } from './mixer.ts';
export { type ManifoldMixUpOptions, type MixUpOptions, manifoldMixup, mixup } from './mixup.ts';
export { type MixingMethod, mixingMethods, parseMix } from './parse-mix.ts';
export {
  type BatchShape,
  checkImagePlanFits,
  checkPlanFits,
  entryOf,
  type How,
  type Mixer,
  type MixPlan,
  type MixPlans,
  planList,
} from './plan.ts';
