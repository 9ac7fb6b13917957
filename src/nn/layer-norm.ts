import { layerNorm, ones, ShapeError, type Tensor, zeros } from '../torch/index.ts';
import { Module } from './module.ts';

export interface LayerNormOptions {
  /** Added to the variance, above 0. Default 1e-5. */
  epsilon?: number;
}

/**
 * Layer normalization (Ba et al. 2016): each sample by its own mean and (biased) variance over the last dimensions, then
 * times `weight` (1) plus `bias` (0), which have the shape of those dimensions. [..., D] to [..., D]; the same in training
 * and evaluation.
 */
export class LayerNorm extends Module {
  readonly shape: readonly number[];
  readonly epsilon: number;
  readonly weight: Tensor;
  readonly bias: Tensor;

  /**
   * @param shape sizes of the dimensions normalized over, the last of the input; a number for the last one alone
   * @throws ShapeError from `forward`, where its input ends in other dimensions
   */
  constructor(shape: number | readonly number[], { epsilon = 1e-5 }: LayerNormOptions = {}) {
    super();
    this.shape = [shape].flat();
    this.epsilon = epsilon;
    this.weight = this.parameter('weight', ones(this.shape));
    this.bias = this.parameter('bias', zeros(this.shape));
  }

  forward(input: Tensor): Tensor {
    const given = input.shape;
    if (given.slice(-this.shape.length).join() !== this.shape.join()) {
      throw new ShapeError(`layerNorm: expected input [..., ${this.shape.join(', ')}], got [${given.join(', ')}]`);
    }
    const { weight, bias } = this;
    // In autocast maps are bf16 and weights are not: computed in float32, as PyTorch's autocast has it on GPUs.
    const same = input.dtype === weight.dtype ? input : input.to({ dtype: weight.dtype });
    return layerNorm(same, this.shape, { weight, bias, eps: this.epsilon });
  }

  override describe(): string {
    return this.shape.join(', ');
  }
}

/**
 * {@link LayerNorm} over the channels alone, each place of a map by itself: [N, C, H, W] to [N, C, H, W]. With the layout
 * channels_last nothing is copied.
 */
export class LayerNorm2d extends LayerNorm {
  /** @throws ShapeError from `forward`, where its input has other channels */
  constructor(channels: number, options: LayerNormOptions = {}) {
    super(channels, options);
  }

  override forward(input: Tensor): Tensor {
    return super.forward(input.permute([0, 2, 3, 1])).permute([0, 3, 1, 2]);
  }
}
