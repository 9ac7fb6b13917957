/** The run folder, all that training shares with readers; loads no engine. */

export type { DataRecord } from '../data/record/index.ts';
export { type Checkpoint, CheckpointFolder } from './checkpoint-folder.ts';
export { HeldFolder } from './held-folder.ts';
export { type EpochRecord, type MetricsRecord, readMetrics, type StepRecord, type TestRecord } from './metrics-log.ts';
export { cachedResult, cacheResult, digest, makeReportFolder, readResult, resultPath } from './result-cache.ts';
export {
  type CheckedData,
  checkRunData,
  earlierPictures,
  readDataRecord,
  recordData,
  recordedPictures,
} from './run-data.ts';
export { badImagesName, type OpenRunOptions, RunFolder, runFormat, warnedImagesName } from './run-folder.ts';
export { type EpochScores, isFinished, parseState, type TrainState } from './state.ts';
