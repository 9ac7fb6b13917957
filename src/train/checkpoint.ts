import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyModule } from '../nn/index.ts';
import type { ExponentialMovingAverage, Optimizer } from '../optim/index.ts';
import { type Checkpoint, parseState, type TrainState } from '../runs/index.ts';
import { stateText } from '../runs/state.ts';
import { loadTensors, saveTensors, scope } from '../torch/index.ts';

/**
 * The files of a checkpoint. `model.safetensors` is what is measured and used, has PyTorch's names and is read by PyTorch as
 * it is. Where weights are averaged it holds the average, and `training.safetensors` the weights that training goes on from.
 */
const files = {
  model: 'model.safetensors',
  training: 'training.safetensors',
  optimizer: 'optimizer.safetensors',
  state: 'state.json',
};

/** What training goes on from. */
export interface Progress {
  model: AnyModule;
  optimizer: Optimizer;
  average?: ExponentialMovingAverage | undefined;
  /** Called with the epoch of the last step before anything is loaded: what was frozen then has no state in the optimizer. */
  beforeEpoch?: ((epoch: number) => void) | undefined;
}

// What a state of averaged weights has before the network's own names, and how it counts its updates: PyTorch's.
const ofModule = 'module.';
const updates = 'n_averaged';

/** Fills a checkpoint's folder. */
export function writeCheckpoint(
  folder: string,
  { model, optimizer, average, state }: Progress & { state: TrainState },
): void {
  const weights = model.stateDict();
  if (average === undefined) saveTensors(join(folder, files.model), weights);
  else {
    const averaged = average.stateDict();
    saveTensors(
      join(folder, files.model),
      new Map([...weights.keys()].map((name) => [name, averaged.get(ofModule + name)!])),
    );
    saveTensors(join(folder, files.training), new Map([...weights, [updates, averaged.get(updates)!]]));
  }
  scope(() => saveTensors(join(folder, files.optimizer), optimizer.stateDict()));
  writeFileSync(join(folder, files.state), stateText(state));
}

function explain(file: string, others: readonly Checkpoint[], error: unknown): Error {
  const wayOut =
    others.length > 0
      ? `use another checkpoint: ${others.map(({ name }) => `--checkpoint ${name}`).join(' or ')}`
      : 'there is no other checkpoint in this run: train again';
  return new Error(`checkpoint ${file}: ${error instanceof Error ? error.message : String(error)}\n${wayOut}`, {
    cause: error,
  });
}

/**
 * Loads a checkpoint's weights.
 *
 * @param checkpoints of the run; the others are the way out of an error
 * @throws naming the file, and the run's other checkpoints, where it is damaged or does not fit
 */
export function loadModel(checkpoint: Checkpoint, model: AnyModule, checkpoints: readonly Checkpoint[]): void {
  loadFile(checkpoint, files.model, checkpoints, (path) => model.loadStateDict(loadTensors(path)));
}

/** Loads what training goes on from: the weights, the optimizer's state and the position. @throws as {@link loadModel} */
export function loadProgress(
  checkpoint: Checkpoint,
  { model, optimizer, average, beforeEpoch }: Progress,
  checkpoints: readonly Checkpoint[],
): TrainState {
  const load = <Result>(name: string, read: (path: string) => Result) => loadFile(checkpoint, name, checkpoints, read);
  const state = load(files.state, (path) => parseState(readFileSync(path, 'utf8')));
  beforeEpoch?.(state.stepInEpoch > 0 ? state.epoch : Math.max(1, state.epoch - 1));
  if (average) {
    load(files.training, (path) => {
      const { [updates]: count, ...weights } = Object.fromEntries(loadTensors(path));
      model.loadStateDict(new Map(Object.entries(weights)));
      const averaged = [...loadTensors(join(checkpoint.path, files.model))];
      average.loadStateDict(
        new Map([
          ...(count === undefined ? [] : [[updates, count] as const]),
          ...averaged.map(([name, value]) => [ofModule + name, value] as const),
        ]),
      );
    });
  } else load(files.model, (path) => model.loadStateDict(loadTensors(path)));
  load(files.optimizer, (path) => optimizer.loadStateDict(loadTensors(path)));
  return state;
}

function loadFile<Result>(
  checkpoint: Checkpoint,
  name: string,
  checkpoints: readonly Checkpoint[],
  read: (path: string) => Result,
): Result {
  const path = join(checkpoint.path, name);
  const others = checkpoints.filter((other) => other.name !== checkpoint.name);
  try {
    return scope(() => read(path));
  } catch (error) {
    throw explain(path, others, error);
  }
}
