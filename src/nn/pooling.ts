import { adaptiveAvgPool2d, avgPool2d, maxPool2d, type Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

export interface PoolOptions {
  /** Pixels from one window to the next, from 1. Default: the kernel, so that windows do not overlap. */
  stride?: number;
  /** Rows and columns added on each side, at most half the kernel. Default 0. */
  padding?: number;
  /** Let the last window reach over the border, so that nothing is left out. Default `false`. */
  ceilMode?: boolean;
}

/** A number for each window of a map. */
abstract class Pool2d extends Module {
  readonly kernel: number;
  readonly options: Required<PoolOptions>;

  constructor(kernel: number, { stride = kernel, padding = 0, ceilMode = false }: PoolOptions = {}) {
    super();
    this.kernel = kernel;
    this.options = { stride, padding, ceilMode };
  }

  override describe(): string {
    return `kernel ${this.kernel}, stride ${this.options.stride}`;
  }
}

/**
 * Largest value of each `kernel` x `kernel` window, padding left out: [N, C, H, W] to [N, C, H', W'] with
 * H' = floor((H + 2 padding - kernel) / stride) + 1 (or ceil, with `ceilMode`), and W' likewise.
 */
export class MaxPool2d extends Pool2d {
  forward(input: Tensor): Tensor {
    return maxPool2d(input, this.kernel, this.options);
  }
}

/** Mean of each `kernel` x `kernel` window, padding counted as zeros: shapes as of {@link MaxPool2d}. */
export class AvgPool2d extends Pool2d {
  forward(input: Tensor): Tensor {
    return avgPool2d(input, this.kernel, this.options);
  }
}

/** Mean over the whole map: [N, C, H, W] to [N, C]. What makes class activation maps possible. */
export class GlobalAvgPool2d extends Module {
  forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, [1, 1]).flatten({ startDim: 1 });
  }
}
