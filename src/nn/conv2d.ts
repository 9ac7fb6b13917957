import { conv2d, empty, type Generator, ShapeError, type Tensor } from '../torch/index.ts';
import { heNormal, uniformFanIn } from './init.ts';
import { Module } from './module.ts';

export interface Conv2dOptions {
  stride?: number;
  /** Default: none. */
  padding?: number;
  dilation?: number;
  groups?: number;
  /** Default `false`: a batch normalization follows in every network here. */
  bias?: boolean;
}

/** 2-D convolution: [N, in, H, W] to [N, out, H', W']. Drawn by He's fan-out rule; the bias as PyTorch does. */
export class Conv2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly options: { stride: number; padding: number; dilation: number; groups: number };

  constructor(
    inChannels: number,
    outChannels: number,
    kernel: number,
    { stride = 1, padding = 0, dilation = 1, groups = 1, bias = false }: Conv2dOptions = {},
  ) {
    super();
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `Conv2d: ${groups} groups do not divide ${inChannels} input and ${outChannels} output channels`,
      );
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernel = kernel;
    this.options = { stride, padding, dilation, groups };
    this.weight = this.parameter('weight', empty([outChannels, inChannels / groups, kernel, kernel]).zero_());
    this.bias = bias ? this.parameter('bias', empty([outChannels]).zero_()) : null;
  }

  protected override initializeOwn(generator: Generator): void {
    heNormal(this.weight, generator);
    const fanIn = (this.inChannels / this.options.groups) * this.kernel * this.kernel;
    if (this.bias) uniformFanIn(this.bias, fanIn, generator);
  }

  forward(input: Tensor): Tensor {
    try {
      return conv2d(input, this.weight, { bias: this.bias, ...this.options });
    } catch (error) {
      const shape = input.shape;
      if (shape.length === 4 && shape[1] === this.inChannels) throw error;
      throw new ShapeError(`conv2d: expected input [N, ${this.inChannels}, H, W], got [${shape.join(', ')}]`, {
        cause: error,
      });
    }
  }

  override describe(): string {
    const extra = Object.entries(this.options)
      .filter(([name, value]) => value !== (name === 'padding' ? 0 : 1))
      .map(([name, value]) => `, ${name} ${value}`);
    return `${this.inChannels}, ${this.outChannels}, kernel ${this.kernel}${extra.join('')}`;
  }
}
