import type { ChosenConfig } from '../config/index.ts';
import { type EvaluateRunOptions, evaluateRun, type OpenNetworkOptions, predict } from '../evaluate/index.ts';
import { pairedTTest, summarize } from '../metrics/index.ts';
import type { EpochRecord } from '../runs/index.ts';
import { setThreads } from '../torch/index.ts';
import { compareBest } from './compare-best.ts';
import { type ExperimentOutcome, type ExperimentRow, type ExperimentRun, failedRun } from './experiment.ts';
import type { ExperimentResult, FailedRun, LastAndBest, RowResult, RunResult } from './results.ts';
import { readRunResult } from './run-result.ts';
import { checkSameData, openingOnce } from './same-data.ts';
import { verdictsOf } from './verdicts.ts';

type AboutExperiment = Pick<ExperimentResult, 'title' | 'command' | 'data' | 'differences' | 'notes' | 'remarks'>;

export interface CollectOptions {
  /**
   * How the last checkpoint of every finished run is measured by suites. What they find is kept in the run folders, so
   * that a call that was interrupted measures only the rest when it is repeated. Default: not at all.
   */
  evaluate?: EvaluateRunOptions | undefined;
  /** What a picture that cannot be decoded does. Default: as in each training. */
  onBadImage?: 'fail' | 'skip' | undefined;
  /** Tells which run is measured next. */
  onRun?: (run: ExperimentRun, number: number, of: number) => void;
}

/** Reads every finished run of an experiment, measures it, and puts the rows side by side. */
export async function collectResults(
  { runs, failures }: ExperimentOutcome,
  given: readonly ExperimentRow[],
  about: AboutExperiment,
  { evaluate, onBadImage, onRun = () => {} }: CollectOptions = {},
): Promise<ExperimentResult> {
  // As they were trained, with what was chosen.
  const rows = given.map((row) => ({ ...row, config: runs.find((run) => run.row === row.row)?.config ?? row.config }));
  const finished = runs.filter(({ path }) => !failures.some(({ run }) => run === path));
  const results = new Map<string, RunResult[]>(rows.map(({ row }) => [row, []]));
  const damaged: FailedRun[] = [];
  const unmeasured: FailedRun[] = [];
  const sourceOf = openingOnce();
  for (const [index, run] of finished.entries()) {
    onRun(run, index + 1, finished.length);
    const { threads } = run.config;
    if (threads !== undefined) setThreads(threads);
    let result: RunResult;
    const options: OpenNetworkOptions = { onBadImage };
    try {
      options.source = await sourceOf(run.config);
      await checkSameData(run.path, options.source);
      result = await readRunResult(run, options);
      results.get(run.row)!.push(result);
    } catch (error) {
      damaged.push(failedRun(run, error));
      continue;
    }
    if (evaluate === undefined) continue;
    try {
      result.evaluation = await evaluateRun(run.path, { ...evaluate, ...options });
      const { failures: failed = [] } = result.evaluation;
      unmeasured.push(...failed.map(({ suite, message }) => failedRun(run, `${suite}: ${message}`)));
    } catch (error) {
      // Hours of training are worth a report without what the suites would have added.
      unmeasured.push(failedRun(run, error));
    }
  }
  const filled = rows
    .filter(({ row }) => results.get(row)!.length > 0)
    .map((row) => rowResult(row, results.get(row.row)!, results.get(row.baseline ?? '')));
  // As each run was read above, so that its predictions are kept already.
  const predictionsOf = async ({ run }: RunResult, checkpoint: 'last' | 'best' = 'last') => {
    const { config } = finished.find(({ path }) => path === run)!;
    return predict(run, { checkpoint, onBadImage, source: await sourceOf(config) });
  };
  const verdicts = await verdictsOf(filled, (run, checkpoint) =>
    predictionsOf(run, checkpoint).catch((error: unknown) => {
      unmeasured.push(failedRun(finished.find(({ path }) => path === run.run)!, error));
      return undefined;
    }),
  );
  const judged = filled.map((row) => ({ ...row, ...(verdicts.has(row.row) && { verdict: verdicts.get(row.row)! }) }));
  return {
    ...about,
    model: [...new Set(rows.map(({ config }) => config.model))].join(', '),
    budget: describeBudget(runs.map(({ config }) => config)),
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    rows: judged,
    ...(judged.length > 0 && { comparison: await compareBest(judged, (run) => predictionsOf(run)) }),
    failures: [...failures, ...damaged],
    unmeasured,
  };
}

/** A row of the table from its runs, and from those of its baseline, if it has one. */
export function rowResult(
  { row, title, config, baseline, published }: ExperimentRow,
  runs: readonly RunResult[],
  baselineRuns: readonly RunResult[] = [],
): RowResult {
  const lastAndBest = (error: 'top1Error' | 'top5Error'): LastAndBest => ({
    last: summarize(runs.map(({ last }) => scoreOf(last, error))),
    best: summarize(runs.map(({ best }) => scoreOf(best, error))),
  });
  const pairs = runs.flatMap((run) => {
    const twin = baselineRuns.find(({ seed }) => seed === run.seed);
    return twin ? [{ run, twin }] : [];
  });
  const test = (epoch: 'last' | 'best') =>
    pairedTTest(
      pairs.map(({ run }) => scoreOf(run[epoch], 'top1Error')),
      pairs.map(({ twin }) => scoreOf(twin[epoch], 'top1Error')),
    );
  return {
    row,
    title,
    model: config.model,
    mix: [config.mix].flat().filter((text) => text !== 'none'),
    regularize: [config.regularize].flat(),
    labelSmoothing: config.labelSmoothing,
    runs: [...runs],
    top1: lastAndBest('top1Error'),
    top5: lastAndBest('top5Error'),
    calibrationError: summarize(runs.map(({ calibrationError }) => calibrationError)),
    ...(baseline !== undefined && pairs.length > 0 && { paired: { baseline, last: test('last'), best: test('best') } }),
    ...(published && { published }),
  };
}

/** A score that classification always has. */
function scoreOf({ scores }: EpochRecord, name: 'top1Error' | 'top5Error'): number {
  return scores[name] ?? Number.NaN;
}

function describeBudget(configs: readonly ChosenConfig[]): string {
  const distinct = (values: (string | number)[]) => [...new Set(values)].join(' or ');
  const images = distinct(configs.map(({ limitTrain }) => limitTrain?.toLocaleString('en-US') ?? 'all'));
  const epochs = distinct(configs.map((config) => config.epochs));
  return `${epochs} epoch${epochs === '1' ? '' : 's'} of ${images} training images in batches of ${distinct(configs.map(({ batchSize }) => batchSize))}`;
}
