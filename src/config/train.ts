import { existsSync, writeFileSync } from 'node:fs';
import type { BadImage } from '../data/index.ts';
import { sampleMix } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import type { Checkpoint } from '../runs/checkpoint-folder.ts';
import { badImagesName, RunFolder } from '../runs/run-folder.ts';
import { type EpochErrors, initialState, type TrainState } from '../runs/state.ts';
import { drawMixedBatch } from '../tasks/classify/mixed-batch-picture.ts';
import { threads } from '../torch/index.ts';
import { loadModel, loadProgress } from '../train/checkpoint.ts';
import type { TrainEvent, TrainListener } from '../train/events.ts';
import { Recorder } from '../train/recorder.ts';
import { Trainer, type TrainOutcome } from '../train/trainer.ts';
import type { TrainConfig } from './config.ts';
import { describeEnvironment, readRunConfig, resolveConfig } from './environment.ts';
import { describeWeights, loadWeights } from './load-weights.ts';
import { openSession, type Session } from './session.ts';

export interface TrainOptions {
  /** The run folder; must not hold a run yet. */
  run: string;
  /** Called with every event, in the loop: keep it short. */
  listener?: TrainListener;
  /** When aborted, the step under way is finished, a checkpoint is written, and training returns. */
  signal?: AbortSignal;
}

export interface TrainResult {
  run: string;
  outcome: TrainOutcome;
  /** Errors after the last closed epoch, and of the epoch with the lowest top-1 error: chosen on the test set. */
  last: EpochErrors | null;
  best: EpochErrors | null;
  /** Pictures that could not be decoded and were left out; `bad-images.json` of the run folder lists them too. */
  badImages: BadImage[];
}

/** Trains a network as the configuration says, into a new run folder. */
export async function train(given: TrainConfig, { run: path, listener, signal }: TrainOptions): Promise<TrainResult> {
  const config = resolveConfig(given);
  const session = await openSession(config);
  try {
    const weights = startingWeights(session);
    const { classes, normalization } = session.train;
    const run = RunFolder.create(path, { config, environment: describeEnvironment(), classes, normalization });
    return await trainInto(run, session, initialState(), { listener, signal, weights });
  } finally {
    await session.close();
  }
}

export interface ResumeOptions extends Omit<TrainOptions, 'run'> {
  /** Name of the checkpoint to go on from, as in `step-00001234`. Default: the latest. */
  checkpoint?: string;
}

/** Goes on with a run from its last checkpoint, or from the start where there is none yet: to the same bytes. */
export async function resume(
  path: string,
  { checkpoint: name, listener, signal }: ResumeOptions = {},
): Promise<TrainResult> {
  const run = RunFolder.open(path, { write: true });
  try {
    const session = await openSession(readRunConfig(run));
    try {
      const state = restore(session, run, name);
      // Before the first checkpoint the run starts over, from the weights that it had started from.
      const weights = state.step === 0 ? startingWeights(session) : null;
      return await trainInto(run, session, state, { listener, signal, weights });
    } finally {
      await session.close();
    }
  } finally {
    run.close();
  }
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

function restore(session: Session, run: RunFolder, name: string | undefined): TrainState {
  const checkpoint = findCheckpoint(run, name);
  if (!checkpoint) return initialState();
  const others = run.checkpoints.list().filter((other) => other.name !== checkpoint.name);
  loadModel(checkpoint, session.model, others);
  const state = loadProgress(checkpoint, session.optimizer, others);
  // Going on from an earlier one: the later ones belong to a training that is being left.
  run.checkpoints.prune([
    checkpoint.name,
    ...others.filter((other) => other.step < checkpoint.step).map((other) => other.name),
  ]);
  return state;
}

/** Loads what the configuration says to start from; what was loaded, in words. */
function startingWeights({ model, config: { weights, weightsHead } }: Session): string | null {
  return weights === undefined ? null : describeWeights(loadWeights(model, weights, { head: weightsHead }));
}

interface TrainingOptions {
  listener: TrainListener | undefined;
  signal: AbortSignal | undefined;
  weights: string | null;
}

async function trainInto(
  run: RunFolder,
  session: Session,
  state: TrainState,
  { listener = () => {}, signal, weights }: TrainingOptions,
): Promise<TrainResult> {
  try {
    using recorder = new Recorder(run, state);
    if (state.step === 0) await drawFirstMix(run, session, recorder);
    listener({
      type: 'start',
      run: run.path,
      step: state.step,
      epochs: session.config.epochs,
      stepsPerEpoch: session.trainLoader.stepsPerEpoch,
      parameters: session.model.parameterCount,
      precision: session.precision,
      threads: threads(),
      weights,
    });
    // A checkpoint comes after every epoch: a killed process loses no more of the list than of the training.
    const listBad = ({ type }: TrainEvent) => type === 'checkpoint' && listBadImages(run, badImagesOf(session));
    const trainer = new Trainer(session, run, state, { listeners: [recorder.record, listBad, listener], signal });
    const outcome = await trainer.run();
    return { run: run.path, outcome, last: state.last, best: state.best, badImages: badImagesOf(session) };
  } finally {
    run.close();
  }
}

function badImagesOf({ trainLoader, testLoader }: Session): BadImage[] {
  return [...trainLoader.badImages, ...testLoader.badImages];
}

/** Keeps a list in the run folder, with those that were found before the run was resumed. */
function listBadImages(run: RunFolder, images: readonly BadImage[]): void {
  if (images.length === 0) return;
  const before = existsSync(run.pathOf(badImagesName))
    ? (run.readJson(badImagesName) as Pick<BadImage, 'path' | 'reason'>[])
    : [];
  const reasons = new Map([...before, ...images].map(({ path, reason }) => [path, reason]));
  run.writeJson(
    badImagesName,
    [...reasons].map(([path, reason]) => ({ path, reason })),
  );
}

/** How many steps are tried for one that is mixed: a small probability may leave out many. */
const mostTried = 100;

/** Draws the first batch that training will mix: the same images, the same plans. */
async function drawFirstMix(run: RunFolder, session: Session, recorder: Recorder): Promise<void> {
  const { mixers, stages, trainLoader, config, train } = session;
  // Progress 1: what is scheduled is at its fullest, and the picture shows it.
  const plansOf = (step: number, batch: number) =>
    sampleMix(
      mixers,
      { batch, height: train.height, width: train.width, stages },
      stream(config.seed, 'mix', 1, step),
      1,
    );
  const steps = Array.from({ length: Math.min(mostTried, trainLoader.stepsPerEpoch) }, (_, step) => step);
  const first = steps.find((step) => plansOf(step, config.batchSize).length > 0);
  if (first === undefined) return;
  for await (const batch of trainLoader.batches(1, first)) {
    const plans = plansOf(batch.step, batch.labels.length);
    if (plans.length === 0) return;
    const picture = await drawMixedBatch(batch, plans, train);
    writeFileSync(run.pathOf('mixed-batch.png'), picture);
    recorder.picture('mixed batch', picture, 0);
    return;
  }
}
