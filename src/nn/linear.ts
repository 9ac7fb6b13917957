import { empty, type Generator, linear, ShapeError, type Tensor } from '../torch/index.ts';
import { uniformFanIn } from './init.ts';
import { Module } from './module.ts';

/** A fully connected layer: [N, in] to [N, out]. Drawn as PyTorch does: U(-1/sqrt(in), 1/sqrt(in)). */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly inFeatures: number;
  readonly outFeatures: number;

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
