/** Trainings that are to be compared: rows x seeds, run and gone on with, and what they found. */
export { type CollectOptions, collectResults, rowResult } from './collect-results.ts';
export { compareBest } from './compare-best.ts';
export { type ConfigDifference, configDifferences } from './config-differences.ts';
export {
  type ChosenRow,
  type ExperimentEvent,
  type ExperimentOptions,
  type ExperimentOutcome,
  type ExperimentRow,
  type ExperimentRun,
  planRuns,
  type RunStatus,
  runExperiment,
  runStatus,
} from './experiment.ts';
export type {
  Comparison,
  ConfusedPair,
  Disagreement,
  Disagreements,
  ExperimentResult,
  FailedRun,
  ImageComparison,
  LastAndBest,
  OnlyRight,
  Published,
  PublishedOod,
  RowResult,
  RunResult,
  Verdict,
} from './results.ts';
export { readRunResult } from './run-result.ts';
export { openingOnce } from './same-data.ts';
export { verdictsOf } from './verdicts.ts';
