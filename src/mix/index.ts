export { applyPlan, type ImageBatch, type PixelArray } from './apply.ts';
export type { BoxName } from './boxes.ts';
export { type CutMixOptions, cutmix, type Granularity } from './cutmix.ts';
export type { LabelName } from './label-weights.ts';
export { type MixedLabels, mixLabels, softLabels } from './labels.ts';
export { nearestWord, unknownWord } from './options.ts';
export { parseMix } from './parse-mix.ts';
export {
  type BatchShape,
  type Box,
  boxArea,
  checkPlanFits,
  entryOf,
  type Grid,
  type How,
  type Mixer,
  type MixPlan,
} from './plan.ts';
