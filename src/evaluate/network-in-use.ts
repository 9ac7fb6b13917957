/** A trained network by itself: what the run folder, or its weights, alone say of it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  buildModel,
  buildRuntime,
  checkFormat,
  describedNetwork,
  isOfWeights,
  loadWeights,
  parseConfig,
  readRunConfig,
  readRunData,
  readShownImages,
  type TrainConfig,
} from '../config/index.ts';
import type { Normalization, ShownImages } from '../data/index.ts';
import { weightFilesOf } from '../hub/index.ts';
import type { ImageModel } from '../models/index.ts';
import { foldBatchNorm } from '../nn/index.ts';
import { type Checkpoint, digest, RunFolder } from '../runs/index.ts';
import { type ClassifyTask, classify, type Runtime } from '../tasks/index.ts';
import { Generator, randn, scope, trimMemory } from '../torch/index.ts';
import { findCheckpoint, loadModel } from '../train/index.ts';

/** A run's network, ready to be asked. */
export interface NetworkInUse {
  /** Path of the run folder, or of the weights. */
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
  /** Of a run: `last`, `best` or a name as in `step-00001234`. Default `last`. */
  checkpoint?: string | undefined;
  /**
   * Have the convolutions do what batch normalization does ({@link foldBatchNorm}): faster, and other in the last digits.
   * Default `true`; `false` computes to the bit what evaluation does.
   */
  foldBatchNorm?: boolean | undefined;
}

/**
 * Opens a network by itself: a run's by its run folder alone, or one of weights that say what they are of
 * ({@link describedNetwork}). The caller frees it with {@link freeNetwork}.
 *
 * @param path a run folder, a `.safetensors` file, an index of several, or a folder of the hub's layout
 * @throws where there is no run or checkpoint, or the run does not say what images it was trained on; where the weights do
 *   not, or are of another network
 */
export function openNetwork(
  path: string,
  { checkpoint, foldBatchNorm: folds = true }: OpenNetworkAloneOptions = {},
): NetworkInUse {
  const ofWeights = isOfWeights(path);
  if (ofWeights && checkpoint !== undefined) {
    throw new Error(`checkpoint: expected none beside weights, which are one, got '${checkpoint}'; give a run folder`);
  }
  const { read, ...described } = ofWeights ? weightsAt(path) : runAt(path, checkpoint);
  const { config, images } = described;
  const model = buildModel(config, images);
  try {
    const network = { ...described, checkpoint: read(model), model };
    model.eval();
    if (folds) scope(() => foldBatchNorm(model, probeOf(model, images)));
    return readyToUse(network);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** What is known of a network before it is made, and what fills it with its weights. */
interface Described extends Pick<NetworkInUse, 'run' | 'config' | 'normalization'> {
  images: ShownImages & { classes: string[] };
  read(model: ImageModel): ReadCheckpoint;
}

function runAt(path: string, name: string | undefined): Described {
  const run = RunFolder.open(path);
  const config = readRunConfig(run);
  const { classes, normalization } = readRunData(run);
  const images = { ...readShownImages(run), classes };
  return { run: run.path, config, images, normalization, read: (model) => readCheckpoint(run, name, model) };
}

function weightsAt(path: string): Described {
  checkFormat(path);
  const { model: name, ...described } = describedNetwork(path);
  const read = (model: ImageModel): ReadCheckpoint => {
    loadWeights(model, path, { head: 'load' });
    const digests = weightFilesOf(path).files.map((file) => digest(readFileSync(file)));
    return { name: basename(path), path, weights: digests.join(' ') };
  };
  return { run: path, config: parseConfig({ model: name, weights: path }), ...described, read };
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
