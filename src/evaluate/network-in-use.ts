/** A trained network by itself: what the run folder alone says of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildModel,
  buildRuntime,
  readRunConfig,
  readRunData,
  readShownImages,
  type TrainConfig,
} from '../config/index.ts';
import type { Normalization, ShownImages } from '../data/index.ts';
import type { ImageModel } from '../models/index.ts';
import { foldBatchNorm } from '../nn/index.ts';
import { type Checkpoint, digest, RunFolder } from '../runs/index.ts';
import { type ClassifyTask, classify, type Runtime } from '../tasks/index.ts';
import { Generator, randn, scope, trimMemory } from '../torch/index.ts';
import { findCheckpoint, loadModel } from '../train/index.ts';

/** A run's network, ready to be asked. */
export interface NetworkInUse {
  /** Path of the run folder. */
  run: string;
  /** The checkpoint's name, as in `step-00001234`, its path, and the digest of its weights. */
  checkpoint: ReadCheckpoint;
  config: TrainConfig;
  /** The images that it takes, and the names of its classes by label. */
  images: ShownImages & { classes: readonly string[] };
  /** Of the images that it was trained on, whatever it is asked of. */
  normalization: Normalization;
  runtime: Runtime;
  task: ClassifyTask;
  /** In evaluation's behavior. */
  model: ImageModel;
}

/** A checkpoint whose weights were read. A training that goes on beside may have removed it since. */
export interface ReadCheckpoint extends Pick<Checkpoint, 'name' | 'path'> {
  /** Of `model.safetensors`. */
  weights: string;
}

/**
 * Reads the weights of the checkpoint that is meant; those of a newer one where a training removes it meanwhile.
 *
 * @param into a network that gets them. Default: they are only told apart
 * @throws where there is none yet, or none of that name
 */
export function readCheckpoint(run: RunFolder, name = 'last', into?: ImageModel, again = true): ReadCheckpoint {
  const checkpoint = findCheckpoint(run, name);
  if (!checkpoint) {
    throw new Error(`run folder ${run.path}: no checkpoint yet; train on with 'patchwork resume ${run.path}'`);
  }
  try {
    if (into !== undefined) loadModel(checkpoint, into, run.checkpoints.list());
    const weights = digest(readFileSync(join(checkpoint.path, 'model.safetensors')));
    return { name: checkpoint.name, path: checkpoint.path, weights };
  } catch (error) {
    const isThere = existsSync(checkpoint.path);
    // One that is there may just have been replaced: only then does a second try read it.
    if (isThere && !again) throw error;
    return readCheckpoint(run, name, into, !isThere);
  }
}

/** What computes, around a model in evaluation's behavior. */
export function readyToUse<Parts extends Omit<NetworkInUse, 'runtime' | 'task'>>(
  parts: Parts,
): Parts & Pick<NetworkInUse, 'runtime' | 'task'> {
  const { config, images, normalization, model } = parts;
  return { ...parts, runtime: buildRuntime(config), task: classify(model, { ...images, normalization }) };
}

export interface OpenNetworkAloneOptions {
  /** `last`, `best` or a name as in `step-00001234`. Default `last`. */
  checkpoint?: string | undefined;
  /**
   * Have the convolutions do what batch normalization does ({@link foldBatchNorm}): faster, and other in the last digits.
   * Default `true`; `false` computes to the bit what evaluation does.
   */
  foldBatchNorm?: boolean | undefined;
}

/**
 * Opens a run's network by its run folder alone; its data need not be there any more. The caller frees it with
 * {@link freeNetwork}.
 *
 * @throws where there is no run or checkpoint, or the run does not say what images it was trained on
 */
export function openNetwork(
  path: string,
  { checkpoint: name, foldBatchNorm: folds = true }: OpenNetworkAloneOptions = {},
): NetworkInUse {
  const run = RunFolder.open(path);
  const config = readRunConfig(run);
  const { classes, normalization } = readRunData(run);
  const images = { ...readShownImages(run), classes };
  const model = buildModel(config, images);
  try {
    const checkpoint = readCheckpoint(run, name, model);
    model.eval();
    if (folds) scope(() => foldBatchNorm(model, probeOf(model, images)));
    return readyToUse({ run: run.path, checkpoint, config, images, normalization, model });
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** One image of noise, as the network takes it. */
function probeOf(model: ImageModel, { channels, height, width }: ShownImages) {
  const { dtype, device } = model.fc.weight;
  return randn([1, channels, height, width], new Generator(0)).to({ dtype, device });
}

/** Frees a network's memory. */
export function freeNetwork({ model }: Pick<NetworkInUse, 'model'>): void {
  model.dispose();
  trimMemory();
}
