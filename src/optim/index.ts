/** Optimizers, learning-rate schedules, gradient clipping and averaged weights. */
export { AdamW, type AdamWOptions } from './adamw.ts';
export { clipGradientNorm } from './clip-gradients.ts';
export { type OptimizerDefinition, optimizers, type ScheduleDefinition, schedules } from './definitions.ts';
export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from './moving-average.ts';
export { GroupedOptimizer, type GroupedOptimizerOptions, type Optimizer, type Update } from './optimizer.ts';
export type { GroupOptions, ParameterGroupsOptions } from './parameter-groups.ts';
export {
  type CosineOptions,
  constant,
  cosine,
  type MilestonesOptions,
  milestones,
  type Schedule,
  type WarmupOptions,
  warmup,
} from './schedules.ts';
export { SGD, type SGDOptions } from './sgd.ts';
