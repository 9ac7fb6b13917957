import { writeFileSync } from 'node:fs';
import { stream } from '../random/index.ts';
import { threads } from '../torch/index.ts';
import { loadModel, loadProgress } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint-folder.ts';
import type { TrainConfig } from './config.ts';
import { describeEnvironment, readRunConfig, resolveConfig } from './environment.ts';
import type { TrainListener } from './events.ts';
import { drawMixedBatch } from './mixed-batch-picture.ts';
import { Recorder } from './recorder.ts';
import { RunFolder } from './run-folder.ts';
import { openSession, type Session } from './session.ts';
import { type EpochErrors, initialState, type TrainState } from './state.ts';
import { Trainer, type TrainOutcome } from './trainer.ts';

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
}

/** Trains a network as the configuration says, into a new run folder. */
export async function train(given: TrainConfig, { run: path, listener, signal }: TrainOptions): Promise<TrainResult> {
  const config = resolveConfig(given);
  const session = await openSession(config);
  try {
    const run = RunFolder.create(path, { config, environment: describeEnvironment() });
    return await trainInto(run, session, initialState(), listener, signal);
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
      return await trainInto(run, session, state, listener, signal);
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

async function trainInto(
  run: RunFolder,
  session: Session,
  state: TrainState,
  listener: TrainListener = () => {},
  signal?: AbortSignal,
): Promise<TrainResult> {
  const recorder = new Recorder(run, state);
  try {
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
    });
    const trainer = new Trainer(session, run, state, { listeners: [recorder.record, listener], signal });
    const outcome = await trainer.run();
    return { run: run.path, outcome, last: state.last, best: state.best };
  } finally {
    recorder.close();
    run.close();
  }
}

/** Draws the first batch that training will mix: the same images, the same plan. */
async function drawFirstMix(
  run: RunFolder,
  { mixer, trainLoader, config, train }: Session,
  recorder: Recorder,
): Promise<void> {
  if (!mixer) return;
  for await (const batch of trainLoader.batches(1)) {
    const [size, , height, width] = batch.shape;
    const plan = mixer.sample({ batch: size, height, width }, stream(config.seed, 'mix', 1, batch.step), 0);
    if (!plan || plan.boxes.every((box) => box.x1 === box.x2 || box.y1 === box.y2)) continue;
    const picture = await drawMixedBatch(batch, plan, train.classes);
    writeFileSync(run.pathOf('mixed-batch.png'), picture);
    recorder.picture('mixed batch', picture, 0);
    return;
  }
}
