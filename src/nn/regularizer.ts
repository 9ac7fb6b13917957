import { type Tensor, zerosLike } from '../torch/index.ts';
import { Module } from './module.ts';

/** Decides in training how much of a residual branch counts. */
export abstract class ResidualGate extends Module {
  /** The sum of a block: the shortcut and, as far as the gate lets it through, the branch, which it may not even run. */
  abstract add(shortcut: Tensor, branch: () => Tensor): Tensor;

  /** As a layer by itself: the part of a branch that counts. */
  forward(branch: Tensor): Tensor {
    return this.add(zerosLike(branch), () => branch);
  }
}

/**
 * A regularization inside a network. It offers a layer for each kind of place where it acts; the network asks at every
 * such place that it has.
 */
export interface Regularizer {
  readonly name: string;
  /** With every option spelled out; `parseRegularizers` reads it back. */
  readonly text: string;
  /** For the residual branch of block `index`, 1 .. `count`, before the addition. */
  onResidual?(index: number, count: number): ResidualGate | null;
  /** For maps after a convolution and its normalization, and on shortcuts, in stage `stage`, 1 .. `stages`. */
  onMap?(stage: number, stages: number): Module | null;
  /** For the features that the classifier reads. */
  onFeatures?(): Module | null;
}
