/** Optimizers and learning-rate schedules. */
export { AdamW, type AdamWOptions } from './adamw.ts';
export { type OptimizerDefinition, optimizers, type ScheduleDefinition, schedules } from './definitions.ts';
export type { Optimizer } from './optimizer.ts';
export type { RateOptions } from './rate-groups.ts';
export { constant, cosine, type MilestonesOptions, milestones, type Schedule, warmup } from './schedules.ts';
export { SGD, type SGDOptions } from './sgd.ts';
