import { existsSync } from 'node:fs';
import type { BadImage } from '../data/index.ts';
import { writeFileAtomically } from '../files/atomic-file.ts';
import {
  badImagesName,
  type Checkpoint,
  RunFolder,
  readMetrics,
  type TrainState,
  warnedImagesName,
} from '../runs/index.ts';
import { isScoreName } from '../runs/metrics-log.ts';
import { type EpochScores, initialState, isFinished } from '../runs/state.ts';
import { localRuntime, type Task } from '../tasks/index.ts';
import { threads } from '../torch/index.ts';
import { loadModel, loadProgress } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import type { FitOptions } from './fit-options.ts';
import { Loop, type LoopOptions, stepAt, type TrainOutcome } from './loop.ts';
import { measure } from './measure.ts';
import { metricsName, Recorder } from './recorder.ts';

export interface FitResult {
  /** Path of the run folder. */
  run: string;
  outcome: TrainOutcome;
  /** Scores of the last closed epoch, and of the best by the task's goal: on the part that was measured after each. */
  last: EpochScores | null;
  best: EpochScores | null;
  /** Scores of the test part, by the best epoch's weights; null where there is none, or it was not come to. */
  test: EpochScores | null;
  /** Pictures that could not be decoded and were left out; `bad-images.json` of the run folder lists them too. */
  badImages: BadImage[];
  /**
   * Pictures that were read although their files are odd, none of whose pixels is damaged; `warned-images.json` lists them
   * too.
   */
  warnedImages: BadImage[];
}

/**
 * Trains a network into a run folder: any task, on any data.
 *
 * A run that was stopped or killed goes on by the same call with `resume`, to the same bytes as if it had not been. The
 * loaders, the network and the optimizer stay the caller's; at the end the network has the weights of the last step.
 *
 * @throws where the task has no goal, its loss is not one number, its prediction is no tree of tensors or a score is NaN;
 *   where the run folder is taken or damaged; {@link TrainingDivergedError} where the loss or a weight becomes NaN or infinite
 */
export async function fit<Target, Input, Output>(options: FitOptions<Target, Input, Output>): Promise<FitResult> {
  checkOptions(options);
  const { run: given, resume = false, config = {} } = options;
  if (typeof given !== 'string') return fitInto(given, options);
  using run = resume === false ? RunFolder.create(given, config) : RunFolder.open(given, { write: true });
  return await fitInto(run, options);
}

function checkOptions({ task, epochs }: { task: Pick<Task, 'goal'>; epochs: number }): void {
  const goal: Partial<Task['goal']> | undefined = task.goal;
  if (typeof goal?.score !== 'string' || !['lower', 'higher'].includes(goal.better ?? '')) {
    throw new Error(
      `task: expected a goal, as { score: 'top1Error', better: 'lower' }, which says what the best epoch is; got ` +
        `${JSON.stringify(goal)}`,
    );
  }
  if (!isScoreName(goal.score)) {
    throw new Error(`task: expected a goal that is a score's name, got '${goal.score}', which records have themselves`);
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new Error(`fit: expected epochs to be a whole number of at least 1, got ${epochs}`);
  }
}

async function fitInto<Target, Input, Output>(
  run: RunFolder,
  options: FitOptions<Target, Input, Output>,
): Promise<FitResult> {
  const { task, train, validation, listeners = [], resume = false, startedFrom = null, notes = [], epochs } = options;
  const state = resume === false ? initialState() : restore(run, options, resume);
  using recorder = new Recorder(run, state, options);
  const found = () => ({
    badImages: [...train.badImages, ...validation.badImages],
    warnedImages: [...train.warnedImages, ...validation.warnedImages],
  });
  const tell = (event: TrainEvent) => {
    recorder.record(event);
    // A checkpoint comes after every epoch: a killed process loses no more of the lists than of the training.
    if (event.type === 'checkpoint') {
      listImages(run, badImagesName, found().badImages);
      listImages(run, warnedImagesName, found().warnedImages);
    }
    for (const listener of listeners) listener(event);
  };
  const { runtime = localRuntime(), seed = 0, checkpointMinutes = 5 } = options;
  const loop: LoopOptions<Target, Input, Output> = { ...options, run, runtime, seed, checkpointMinutes, tell };
  if (state.step === 0) await drawPreview(loop, recorder);
  tell({
    type: 'start',
    run: run.path,
    step: state.step,
    epochs,
    isFinished: isFinished(state, options),
    stepsPerEpoch: train.stepsPerEpoch,
    parameters: task.model.parameterCount,
    precision: runtime.precision,
    threads: threads(),
    startedFrom: state.step === 0 ? startedFrom : null,
    notes,
  });
  const outcome = await new Loop(loop, state).run();
  const { last, best } = state;
  const test = outcome === 'finished' ? await measureTest(loop, options, state) : null;
  const stopped = outcome === 'finished' && options.test !== undefined && test === null;
  return { run: run.path, outcome: stopped ? 'stopped' : outcome, last, best, test, ...found() };
}

/** The checkpoint of that name, `best`, `last`, or the latest. @throws naming those there are */
export function findCheckpoint(run: RunFolder, name = 'last'): Checkpoint | undefined {
  const all = run.checkpoints.list();
  if (name === 'last') return all.at(-1);
  const found = name === 'best' ? run.checkpoints.best() : all.find((checkpoint) => checkpoint.name === name);
  if (!found) {
    const names = all.map((checkpoint) => checkpoint.name).join(', ') || 'none yet';
    throw new Error(`run folder ${run.path}: no checkpoint '${name}'; there are: ${names}`);
  }
  return found;
}

function restore<Target, Input, Output>(
  run: RunFolder,
  { task, optimizer, average, beforeEpoch }: FitOptions<Target, Input, Output>,
  resume: true | string,
): TrainState {
  const checkpoint = findCheckpoint(run, resume === true ? 'last' : resume);
  if (!checkpoint) return initialState();
  const others = run.checkpoints.list().filter((other) => other.name !== checkpoint.name);
  const state = loadProgress(checkpoint, { model: task.model, optimizer, average, beforeEpoch }, others);
  // Going on from an earlier one: the later ones belong to a training that is being left.
  run.checkpoints.prune([
    checkpoint.name,
    ...others.filter((other) => other.step < checkpoint.step).map((other) => other.name),
  ]);
  return state;
}

/** Keeps a list in the run folder, with those that were found before the run was resumed. */
function listImages(run: RunFolder, name: string, images: readonly BadImage[]): void {
  if (images.length === 0) return;
  const before = existsSync(run.pathOf(name)) ? (run.readJson(name) as Pick<BadImage, 'path' | 'reason'>[]) : [];
  const reasons = new Map([...before, ...images].map(({ path, reason }) => [path, reason]));
  run.writeJson(
    name,
    [...reasons].map(([path, reason]) => ({ path, reason })),
  );
}

/** What the task shows of its first batches, as at the end of the training, when what is scheduled is at its fullest. */
async function drawPreview<Target, Input, Output>(
  loop: LoopOptions<Target, Input, Output>,
  recorder: Recorder,
): Promise<void> {
  const { task, train, run } = loop;
  const fullest = (step: number) => ({ ...stepAt(loop, train.stepsPerEpoch, 1, step), progress: 1 });
  const preview = await task.preview?.(train, fullest);
  if (preview === undefined) return;
  writeFileAtomically(run.pathOf(`${preview.name}.png`), [preview.png]);
  recorder.picture(preview.name, preview.png, 0);
}

/** The test part by the best epoch's weights, measured once in the life of a run; null where the signal came. */
async function measureTest<Target, Input, Output>(
  { task, optimizer, average, beforeEpoch, run, runtime, tell, signal }: LoopOptions<Target, Input, Output>,
  { test: open }: FitOptions<Target, Input, Output>,
  { step, best }: TrainState,
): Promise<EpochScores | null> {
  if (open === undefined || best === null) return null;
  const before = readMetrics(run.pathOf(metricsName)).find((record) => record.kind === 'test');
  if (before !== undefined) return { epoch: before.epoch, scores: { ...before.scores } };
  const checkpoints = run.checkpoints.list();
  const [chosen, last] = [run.checkpoints.best(), checkpoints.at(-1)];
  const loader = await open();
  try {
    if (chosen) loadModel(chosen, task.model, checkpoints);
    const scores = await measure(task, loader, { runtime, signal });
    if (scores === undefined) return null;
    tell({ type: 'test', step, epoch: best.epoch, scores });
    return { epoch: best.epoch, scores };
  } finally {
    // The caller has the weights of the last step again, not the best epoch's, nor an average of them.
    if (last) loadProgress(last, { model: task.model, optimizer, average, beforeEpoch }, checkpoints);
    await loader.close();
  }
}
