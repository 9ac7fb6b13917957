/** Training: configuration, the loop, run folders, events. */

export { loadModel } from './checkpoint.ts';
export { configJsonSchema, parseConfig, type TrainConfig, type TrainConfigInput } from './config.ts';
export { type LoadConfigOptions, loadConfig } from './config-file.ts';
export { ConfigError } from './config-problems.ts';
export { readRunClasses, readRunConfig, readRunNormalization } from './environment.ts';
export type { CheckpointWritten, EpochDone, StepDone, TrainEvent, TrainListener, TrainStarted } from './events.ts';
export { toInput } from './input.ts';
export { describeWeights, type LoadWeightsOptions, loadWeights, type WeightsSummary } from './load-weights.ts';
export { type EpochRecord, type MetricsRecord, readMetrics, type StepRecord } from './metrics-log.ts';
export { mixImages, mixMap, mixTargets } from './mix-batch.ts';
export { drawMixedBatch } from './mixed-batch-picture.ts';
export { inPrecision, type Precision, resolvePrecision } from './precision.ts';
export { formatDuration, ProgressDisplay } from './progress.ts';
export { RunFolder } from './run-folder.ts';
export { buildModel, buildTestLoader, openSession, type Session } from './session.ts';
export type { EpochErrors, TrainState } from './state.ts';
export { findCheckpoint, type ResumeOptions, resume, type TrainOptions, type TrainResult, train } from './train.ts';
export { Trainer, TrainingDivergedError, type TrainOutcome } from './trainer.ts';
export { eventLoopTurn, type Validation, validate } from './validate.ts';
