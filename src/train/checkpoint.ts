import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
}

/** Fills a checkpoint's folder. */
export function writeCheckpoint(
  folder: string,
  { model, optimizer, average, state }: Progress & { state: TrainState },
): void {
  saveTensors(join(folder, files.model), (average ?? model).stateDict());
  if (average) saveTensors(join(folder, files.training), model.stateDict());
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
  { model, optimizer, average }: Progress,
  checkpoints: readonly Checkpoint[],
): TrainState {
  const load = <Result>(name: string, read: (path: string) => Result) => loadFile(checkpoint, name, checkpoints, read);
  const isAveraged = existsSync(join(checkpoint.path, files.training));
  load(isAveraged ? files.training : files.model, (path) => model.loadStateDict(loadTensors(path)));
  if (average) load(files.model, (path) => average.loadStateDict(loadTensors(path)));
  load(files.optimizer, (path) => optimizer.loadStateDict(loadTensors(path)));
  return load(files.state, (path) => parseState(readFileSync(path, 'utf8')));
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
