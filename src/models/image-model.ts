import type { Size } from '../geometry/index.ts';
import type { Linear, Module, Regularizer } from '../nn/index.ts';
import { noGrad, scope, type Tensor, zeros } from '../torch/index.ts';

/** What every network of this folder takes. */
export interface ModelOptions {
  /** Number of classes: the width of the logits. */
  classes: number;
  /** Channels of the images. Default 3. */
  channels?: number;
  /** Seed of the initial weights. Default 0. */
  seed?: number;
  /** What regularizes the network from inside. Default: nothing. */
  regularize?: readonly Regularizer[];
}

/**
 * Called with each hidden map in turn, numbered from 1: the stem's, then each stage's. What it returns goes on through
 * the network: the place where feature-level mixing happens, without the network knowing of it.
 */
export type OnStage = (map: Tensor, stage: number) => Tensor;

/** A network from images [N, channels, H, W] to logits [N, classes]. */
export interface ImageModel extends Module {
  /** Its classifier is the part named `fc`. */
  readonly fc: Linear;
  /** Parts besides the classifier that published weights do not have. Default: none. */
  readonly addedParts?: readonly string[];
  /**
   * Paths of the parts that its stages begin with, but for the first stage, in the order of its parts: what lies between two
   * belongs to the former. Default: all but the head is one stage.
   */
  readonly stageStarts?: readonly string[];
  /**
   * What published state dicts call its tensors, or modules whose tensors have one name in both: theirs to its own.
   * {@link underOwnNames} applies it. Default: they are called the same.
   *
   * @param given the names of one state dict
   * @throws where they are of a network that computes otherwise, saying how to get one that does not
   */
  publishedNames?(given: ReadonlySet<string>): ReadonlyMap<string, string>;
  forward(images: Tensor, onStage?: OnStage): Tensor;
}

export interface StageGridsOptions extends Size {
  /** Channels of the images. Default 3. */
  channels?: number;
}

/**
 * The grid of the images (index 0) and of each hidden map (index k: what {@link OnStage} is called with as stage k).
 * Found by running one black image through, without touching running statistics.
 */
export function stageGrids(model: ImageModel, { channels = 3, height, width }: StageGridsOptions): Size[] {
  const grids: Size[] = [{ height, width }];
  const { training, fc } = model;
  const { dtype, device } = fc.weight;
  model.eval();
  try {
    noGrad(() =>
      scope(() => {
        model.forward(zeros([1, channels, height, width], { dtype, device }), (map, stage) => {
          const [, , mapHeight = 1, mapWidth = 1] = map.shape;
          grids[stage] = { height: mapHeight, width: mapWidth };
          return map;
        });
      }),
    );
  } finally {
    model.train(training);
  }
  return grids;
}

/** Several times the depth of what was ever published: building more would not end, nor fit into memory. */
const deepest = 10_000;

/** @throws RangeError where a network of this depth cannot be meant */
export function checkDepth(family: string, depth: number): void {
  if (depth > deepest) throw new RangeError(`${family}: expected a depth of at most ${deepest}, got ${depth}`);
}
