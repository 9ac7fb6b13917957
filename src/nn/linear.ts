import { empty, type Generator, linear, ShapeError, type Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

/**
 * Fills `values` from U(-1/sqrt(fanIn), 1/sqrt(fanIn)): PyTorch's default for the weights and biases of linear and recurrent
 * layers and for the biases of convolutions.
 *
 * @param fanIn how many values each output is a sum of, above 0
 */
export function uniformFanIn(values: Tensor, fanIn: number, generator: Generator): void {
  const bound = 1 / Math.sqrt(fanIn);
  values.uniform_({ from: -bound, to: bound, generator });
}

/**
 * A fully connected layer, x W^T + b: [N, in] to [N, out], with any dimensions in the place of N. `weight` is [out, in],
 * `bias` [out]; both are zero until `initialize`, which draws them by {@link uniformFanIn}.
 */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly inFeatures: number;
  readonly outFeatures: number;

  /** @throws ShapeError from `forward`, where its input's last dimension is not `inFeatures` */
  constructor(inFeatures: number, outFeatures: number) {
    super();
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = this.parameter('weight', empty([outFeatures, inFeatures]).zero_());
    this.bias = this.parameter('bias', empty([outFeatures]).zero_());
  }

  protected override initializeOwn(generator: Generator): void {
    uniformFanIn(this.weight, this.inFeatures, generator);
    uniformFanIn(this.bias, this.inFeatures, generator);
  }

  forward(input: Tensor): Tensor {
    try {
      return linear(input, this.weight, { bias: this.bias });
    } catch (error) {
      const shape = input.shape;
      if (shape.at(-1) === this.inFeatures) throw error;
      throw new ShapeError(`linear: expected input [N, ${this.inFeatures}], got [${shape.join(', ')}]`, {
        cause: error,
      });
    }
  }

  override describe(): string {
    return `${this.inFeatures}, ${this.outFeatures}`;
  }
}
