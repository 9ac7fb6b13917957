import { batchNorm, noGrad, ones, ShapeError, type Tensor, tensor, trainBatchNorm, zeros } from '../torch/index.ts';
import { Module } from './module.ts';

export interface BatchNorm2dOptions {
  /** Added to the variance, above 0. Default 1e-5. */
  epsilon?: number;
  /** Weight of the new batch in the running statistics, 0 .. 1. Default 0.1. */
  momentum?: number;
}

/**
 * Batch normalization over N, H, W of [N, C, H, W] (Ioffe and Szegedy 2015), with running statistics for evaluation.
 * `weight` (1) and `bias` (0) are [C]. In training the running statistics follow the batches even where the parameters are
 * frozen, as in PyTorch; `eval()` stops them, and so does {@link keepsStatistics}.
 *
 * A single value a channel, such as the last image of an epoch on a map of 1 x 1, has no variance. In training it becomes
 * the bias and leaves the running statistics alone, where PyTorch refuses it and the operator would make them NaN.
 */
export class BatchNorm2d extends Module {
  readonly channels: number;
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  readonly batches: Tensor;
  readonly epsilon: number;
  readonly momentum: number;
  /** Whether training normalizes by the running statistics too, and leaves them as they are. Default false. */
  keepsStatistics = false;
  /** Whether a convolution does what it does in evaluation: it then returns its input. {@link foldBatchNorm} sets it. */
  isFolded = false;

  /** @throws ShapeError from `forward`, where its input has other channels */
  constructor(channels: number, { epsilon = 1e-5, momentum = 0.1 }: BatchNorm2dOptions = {}) {
    super();
    this.channels = channels;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.weight = this.parameter('weight', ones([channels]));
    this.bias = this.parameter('bias', zeros([channels]));
    this.runningMean = this.buffer('running_mean', zeros([channels]));
    this.runningVar = this.buffer('running_var', ones([channels]));
    this.batches = this.buffer('num_batches_tracked', tensor(new BigInt64Array(1), { shape: [] }));
  }

  forward(input: Tensor): Tensor {
    if (this.isFolded) return input;
    const followsBatch = this.training && !this.keepsStatistics;
    const isSingle = followsBatch && input.size === this.channels;
    if (followsBatch && !isSingle) noGrad(() => this.batches.add_(1));
    try {
      const { weight, bias, runningMean, runningVar, momentum, epsilon } = this;
      if (!followsBatch) return batchNorm(input, weight, bias, runningMean, runningVar, false, momentum, epsilon, true);
      const [mean, variance] = isSingle ? [null, null] : [runningMean, runningVar];
      return trainBatchNorm(input, weight, bias, mean, variance, momentum, epsilon);
    } catch (error) {
      const shape = input.shape;
      if (shape[1] === this.channels) throw error;
      throw new ShapeError(`batchNorm2d: expected input [N, ${this.channels}, H, W], got [${shape.join(', ')}]`, {
        cause: error,
      });
    }
  }

  /** What it computes in evaluation, `scale * input + shift`: both [C], in float64. */
  affine(): { scale: Tensor; shift: Tensor } {
    const double = (values: Tensor) => values.to({ dtype: 'float64' });
    const scale = double(this.weight).mul(double(this.runningVar).add(this.epsilon).rsqrt());
    return { scale, shift: double(this.bias).sub(double(this.runningMean).mul(scale)) };
  }

  override describe(): string {
    return `${this.channels}`;
  }
}
