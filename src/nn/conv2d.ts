import { conv2d, empty, type Generator, ShapeError, type Tensor, zeros } from '../torch/index.ts';
import { uniformFanIn } from './linear.ts';
import { Module } from './module.ts';

export interface Conv2dOptions {
  /** Pixels from one window to the next, from 1. Default 1. */
  stride?: number;
  /** Rows and columns of zeros on each side, from 0. Default 0. */
  padding?: number;
  /** Pixels from one tap of the kernel to the next, from 1. Default 1. */
  dilation?: number;
  /** Parts that the channels fall into, each convolved by itself. Divides both channels. Default 1. */
  groups?: number;
  /** Default `false`: a batch normalization follows in every network here. */
  bias?: boolean;
}

/**
 * He et al. 2015 (Delving Deep into Rectifiers), the fan-out form that the official CutMix networks and torchvision use:
 * fills `weight` [out, in / groups, kernel height, kernel width] from N(0, sqrt(2 / (kernel height * kernel width * out))).
 * With groups, too, all output channels count, as in torchvision.
 */
export function heNormal(weight: Tensor, generator: Generator): void {
  const [out = 1, , kernelHeight = 1, kernelWidth = 1] = weight.shape;
  weight.normal_({ mean: 0, std: Math.sqrt(2 / (out * kernelHeight * kernelWidth)), generator });
}

/**
 * 2-D convolution: [N, in, H, W] to [N, out, H', W'] with H' = floor((H + 2 padding - dilation (kernel - 1) - 1) / stride)
 * + 1, and W' likewise. `weight` is [out, in / groups, kernel, kernel], drawn by {@link heNormal}; `bias` [out] is drawn as
 * PyTorch does. Both are zero until `initialize`.
 */
export class Conv2d extends Module {
  readonly weight: Tensor;
  bias: Tensor | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly options: { stride: number; padding: number; dilation: number; groups: number };

  /**
   * @param kernel the side of its square windows, from 1
   * @throws ShapeError where the groups do not divide the channels; `forward`, where its input has other channels
   */
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

  /** Its bias; where it had none, one of zeros from now on. */
  withBias(): Tensor {
    const { dtype, device } = this.weight;
    this.bias ??= this.parameter('bias', zeros([this.outChannels], { dtype, device }));
    return this.bias;
  }

  override describe(): string {
    const extra = Object.entries(this.options)
      .filter(([name, value]) => value !== (name === 'padding' ? 0 : 1))
      .map(([name, value]) => `, ${name} ${value}`);
    return `${this.inChannels}, ${this.outChannels}, kernel ${this.kernel}${extra.join('')}`;
  }
}
