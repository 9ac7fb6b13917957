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
    return layerNorm(input, this.shape, { weight: this.weight, bias: this.bias, eps: this.epsilon });
  }

  override describe(): string {
    return this.shape.join(', ');
  }
}
