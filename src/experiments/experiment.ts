/** Trainings that are to be compared: rows x seeds, one after the other, in one folder, and gone on with after any stop. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChosenConfig,
  chooseConfig,
  independentConfig,
  readRunConfig,
  resume,
  type TrainConfig,
  train,
} from '../config/index.ts';
import { isFullDisk, makeFolder, writeFileAtomically } from '../files/index.ts';
import { badImagesName, HeldFolder, isFinished, parseState, RunFolder } from '../runs/index.ts';
import type { TrainListener } from '../train/index.ts';
import { configDifferences } from './config-differences.ts';
import { type FailedRun, mostSeeds, type Published } from './results.ts';
import { checkSameData, openingOnce } from './same-data.ts';

/** A row before it is trained. Rows of one experiment should differ in nothing but what is compared. */
export interface ExperimentRow {
  /** Short name, unique in the experiment. */
  row: string;
  title: string;
  /** Its seed is that of the first run; the k-th after it has seed + k. What it leaves open is chosen by the data. */
  config: TrainConfig;
  /** The row that it is tested against. */
  baseline?: string;
  published?: Published;
}

export type RunStatus = 'new' | 'unfinished' | 'finished';

/** A row as it is trained. */
export interface ChosenRow extends ExperimentRow {
  config: ChosenConfig;
}

/** One training of an experiment. */
export interface ExperimentRun {
  row: string;
  seed: number;
  /** Path of the run folder. */
  path: string;
  config: ChosenConfig;
}

/** Tells which training begins, or is left alone since it has finished earlier; or which one failed. */
export type ExperimentEvent =
  | {
      type: 'run';
      run: ExperimentRun;
      status: RunStatus;
      number: number;
      of: number;
      /** Trainings that are still to be done, with this one. */
      left: number;
    }
  | { type: 'failed'; run: ExperimentRun; message: string };

export interface ExperimentOptions {
  /** Gets `runs/` and `experiment.json`. May hold what an earlier call left: finished runs are not run again. */
  folder: string;
  rows: readonly ExperimentRow[];
  /** Trainings of each row. */
  seeds: number;
  onRun?: (event: ExperimentEvent) => void;
  /** Gets every event of every training. */
  listener?: TrainListener;
  /** When aborted, the training under way is saved, and `runExperiment` returns. */
  signal?: AbortSignal;
}

export interface ExperimentOutcome {
  outcome: 'finished' | 'stopped';
  runs: ExperimentRun[];
  failures: FailedRun[];
}

/**
 * Trains every row with every seed. All rows with one seed come before the next seed, so that an experiment that is
 * stopped early has compared all rows. Fairness is by construction: images, split, order, augmentation and initial
 * weights follow from the seed alone (weights also from the network), so rows of one seed share them.
 *
 * A training that fails is recorded and the others go on, but not where the disk is full. It is tried again by the next
 * call.
 *
 * @throws before anything is trained where a run folder was made for other settings (naming them) or another state of the
 *   data, two rows share a name, or another process runs an experiment in this folder; between two trainings where the folder
 *   was moved
 */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentOutcome> {
  const { folder, seeds, signal } = options;
  const sourceOf = openingOnce();
  const rows: ChosenRow[] = [];
  for (const row of options.rows) {
    rows.push({ ...row, config: (await chooseConfig(row.config, { open: sourceOf, signal })).config });
  }
  const runs = planRuns(folder, rows, seeds);
  makeFolder(join(folder, 'runs'), '--out DIR');
  const held = new HeldFolder(folder, 'experiment');
  try {
    const failures: FailedRun[] = [];
    const record = (outcome: string) => writeManifest(folder, { outcome, seeds, rows, failures });
    const statuses = runs.map(runStatus);
    for (const [index, { path, config }] of runs.entries()) {
      if (hasBegun(statuses[index]!, path)) await checkSameData(path, await sourceOf(config));
    }
    record('unfinished');
    for (const [index, run] of runs.entries()) {
      const status = statuses[index]!;
      const left = statuses.slice(index).filter((other) => other !== 'finished').length;
      options.onRun?.({ type: 'run', run, status, number: index + 1, of: runs.length, left });
      if (status === 'finished') continue;
      const failure = await trainOne(run, options);
      held.checkUnmoved();
      if (failure !== undefined) {
        failures.push(failure);
        options.onRun?.({ type: 'failed', run, message: failure.message });
        record('unfinished');
      }
      if (signal?.aborted) return { outcome: 'stopped', runs, failures };
    }
    record('finished');
    return { outcome: 'finished', runs, failures };
  } finally {
    held.close();
  }
}

/** Every training of an experiment, in the order of training. */
export function planRuns(folder: string, rows: readonly ChosenRow[], seeds: number): ExperimentRun[] {
  checkRows(rows, seeds);
  return Array.from({ length: seeds }, (_, k) =>
    rows.map(({ row, config }): ExperimentRun => {
      const seed = config.seed + k;
      const path = join(folder, 'runs', `${fileName(row)}-seed${seed}`);
      return { row, seed, path, config: independentConfig({ ...config, seed }) };
    }),
  ).flat();
}

function checkRows(rows: readonly ExperimentRow[], seeds: number): void {
  // Far more than anyone compares: a slip, whose list of trainings would fill the memory.
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > mostSeeds) {
    throw new Error(`experiment: expected a whole number of seeds in 1..${mostSeeds}, got ${seeds}`);
  }
  for (const [i, { row, baseline }] of rows.entries()) {
    const twin = rows.slice(0, i).find((other) => fileName(other.row) === fileName(row));
    if (twin) throw new Error(`experiment: expected every row once, got '${twin.row}' and '${row}'`);
    if (baseline !== undefined && !rows.some((other) => other.row === baseline)) {
      throw new Error(`experiment: expected the baseline '${baseline}' of row '${row}' among the rows, got none`);
    }
  }
}

/** Whether there is anything of a run that its data's state matters to. */
function hasBegun(status: RunStatus, path: string): boolean {
  return status !== 'new' && RunFolder.open(path).checkpoints.latest() !== undefined;
}

const fileName = (row: string): string => row.replace(/[^\w.+-]+/g, '_');

/** How far a run is, by its folder alone. @throws where the folder was made for other settings, or is damaged */
export function runStatus({ path, config }: ExperimentRun): RunStatus {
  if (!existsSync(join(path, 'config.json'))) return 'new';
  const run = RunFolder.open(path);
  const status = hasFinished(run, config) ? 'finished' : 'unfinished';
  const differences = configDifferences(config, readRunConfig(run)).filter(
    // What happens to bad pictures makes no difference to a training that is over and met none.
    ({ key }) => !(key === 'onBadImage' && status === 'finished' && !existsSync(run.pathOf(badImagesName))),
  );
  if (differences.length > 0) {
    const list = differences.map(({ key, expected, got }) => `  ${key}: ${expected} is asked for, ${got} is there`);
    throw new Error(
      `${path}: expected a run of the settings asked for, got one of others:\n${list.join('\n')}\n` +
        'Ask for what is there, or use another folder: --out DIR',
    );
  }
  return status;
}

function hasFinished({ checkpoints }: RunFolder, config: ChosenConfig): boolean {
  const latest = checkpoints.latest();
  if (!latest) return false;
  try {
    return isFinished(parseState(readFileSync(join(latest.path, 'state.json'), 'utf8')), config);
  } catch {
    return false; // damage is said by resume, with the ways out
  }
}

/** Begins a training or goes on with it. @returns what went wrong, if anything did */
async function trainOne(run: ExperimentRun, { listener, signal }: ExperimentOptions): Promise<FailedRun | undefined> {
  const options = { ...(listener && { listener }), ...(signal && { signal }) };
  try {
    if (existsSync(join(run.path, 'config.json'))) await resume(run.path, options);
    else await train(run.config, { run: run.path, ...options });
    return undefined;
  } catch (error) {
    if (isFullDisk(error)) throw error;
    return failedRun(run, error);
  }
}

/** What went wrong with a run, in words. */
export function failedRun({ row, seed, path }: ExperimentRun, error: unknown): FailedRun {
  return { row, seed, run: path, message: error instanceof Error ? error.message : String(error) };
}

/** What was asked for and what went wrong, for readers; which runs have finished, the run folders themselves tell. */
function writeManifest(folder: string, manifest: object): void {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  writeFileAtomically(join(folder, 'experiment.json'), [Buffer.from(text)]);
}
