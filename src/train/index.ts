/** Training: the loop over any task, its events and checkpoints. */
export { loadModel } from './checkpoint.ts';
export type {
  CheckpointWritten,
  EpochDone,
  StepDone,
  TestDone,
  TrainEvent,
  TrainListener,
  TrainNote,
  TrainStarted,
} from './events.ts';
export {
  type FindLearningRateOptions,
  type FoundLearningRate,
  findLearningRate,
  type RatedLoss,
} from './find-learning-rate.ts';
export { type FitResult, findCheckpoint, fit } from './fit.ts';
export type { FitOptions } from './fit-options.ts';
export { TrainingDivergedError, type TrainOutcome } from './loop.ts';
export { eventLoopTurn, type MeasureOptions, measure } from './measure.ts';
