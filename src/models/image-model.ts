import type { Module, Regularizer } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';

/** What every network of this folder takes. */
export interface ModelOptions {
  /** Number of classes: the width of the logits. */
  classes: number;
  /** Channels of the images. Default 3. */
  channels?: number;
  /** Seed of the initial weights. Default 0. */
  seed?: number;
  /** What regularises the network from inside. Default: nothing. */
  regularize?: readonly Regularizer[];
}

/**
 * Called with each hidden map: 1 after the stem, k + 1 after stage k. What it returns goes on through the network: the
 * place where feature-level mixing happens, without the network knowing of it.
 */
export type OnStage = (map: Tensor, stage: number) => Tensor;

/** A network from images [N, channels, H, W] to logits [N, classes]. */
export interface ImageModel extends Module {
  forward(images: Tensor, onStage?: OnStage): Tensor;
}
