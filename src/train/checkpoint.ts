import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Module } from '../nn/index.ts';
import type { Optimizer } from '../optim/index.ts';
import type { Checkpoint } from '../runs/checkpoint-folder.ts';
import { parseState, stateText, type TrainState } from '../runs/state.ts';
import { loadTensors, saveTensors, scope } from '../torch/index.ts';

/** The files of a checkpoint. `model.safetensors` has PyTorch's names and is read by PyTorch as it is. */
const files = { model: 'model.safetensors', optimizer: 'optimizer.safetensors', state: 'state.json' };

/** Fills a checkpoint's folder. */
export function writeCheckpoint(folder: string, model: Module, optimizer: Optimizer, state: TrainState): void {
  saveTensors(join(folder, files.model), model.stateDict());
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

/** Loads a checkpoint's weights. @throws naming the file, and the run's other checkpoints, where it is damaged or does not fit */
export function loadModel(checkpoint: Checkpoint, model: Module, others: readonly Checkpoint[]): void {
  const path = join(checkpoint.path, files.model);
  try {
    scope(() => model.loadStateDict(loadTensors(path)));
  } catch (error) {
    throw explain(path, others, error);
  }
}

/** Loads what training goes on from: the optimizer's state and the position. */
export function loadProgress(checkpoint: Checkpoint, optimizer: Optimizer, others: readonly Checkpoint[]): TrainState {
  let path = join(checkpoint.path, files.optimizer);
  try {
    scope(() => optimizer.loadStateDict(loadTensors(path)));
    path = join(checkpoint.path, files.state);
    return parseState(readFileSync(path, 'utf8'));
  } catch (error) {
    throw explain(path, others, error);
  }
}
