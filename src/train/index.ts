/** Training: configuration, the loop, run folders, events. */

export { formatDuration, ProgressDisplay } from '../cli/progress-display.ts';
export { configJsonSchema, parseConfig, type TrainConfig, type TrainConfigInput } from '../config/config.ts';
export { type LoadConfigOptions, loadConfig } from '../config/config-file.ts';
export { ConfigError } from '../config/config-problems.ts';
export { readRunClasses, readRunConfig, readRunNormalization } from '../config/environment.ts';
export { describeWeights, type LoadWeightsOptions, loadWeights, type WeightsSummary } from '../config/load-weights.ts';
export { buildModel, buildTestLoader, openSession, type Session } from '../config/session.ts';
export {
  findCheckpoint,
  type ResumeOptions,
  resume,
  type TrainOptions,
  type TrainResult,
  train,
} from '../config/train.ts';
export { type EpochRecord, type MetricsRecord, readMetrics, type StepRecord } from '../runs/metrics-log.ts';
export { RunFolder } from '../runs/run-folder.ts';
export type { EpochErrors, TrainState } from '../runs/state.ts';
export { mixImages, mixMap, mixTargets } from '../tasks/classify/mix-batch.ts';
export { drawMixedBatch } from '../tasks/classify/mixed-batch-picture.ts';
export { loadModel } from './checkpoint.ts';
export type { CheckpointWritten, EpochDone, StepDone, TrainEvent, TrainListener, TrainStarted } from './events.ts';
export { toInput } from './input.ts';
export { inPrecision, type Precision, resolvePrecision } from './precision.ts';
export { Trainer, TrainingDivergedError, type TrainOutcome } from './trainer.ts';
export { eventLoopTurn, type Validation, validate } from './validate.ts';
