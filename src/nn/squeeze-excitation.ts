import type { Tensor } from '../torch/index.ts';
import { Hardsigmoid, ReLU, Sigmoid, SiLU } from './activation.ts';
import { Conv2d } from './conv2d.ts';
import { Module } from './module.ts';

export interface SqueezeExcitationOptions {
  /** Between the two layers. `relu` is the paper's and MobileNetV3's, `silu` EfficientNet's. Default `relu`. */
  activation?: 'relu' | 'silu';
  /** What makes factors of the second layer's values. `hard-sigmoid` is MobileNetV3's. Default `sigmoid`. */
  gate?: 'sigmoid' | 'hard-sigmoid';
}

/**
 * Squeeze and excitation (Hu et al. 2018, Squeeze-and-Excitation Networks): each channel of [N, C, H, W] times a factor in
 * [0, 1] that two layers draw from the means of all channels. The layers are 1x1 convolutions with biases under timm's
 * names, `conv_reduce` and `conv_expand`.
 */
export class SqueezeExcitation extends Module {
  readonly conv_reduce: Conv2d;
  readonly conv_expand: Conv2d;
  readonly #activation: Module;
  readonly #gate: Module;

  /** @param squeezed channels between the two layers, from 1 */
  constructor(
    channels: number,
    squeezed: number,
    { activation = 'relu', gate = 'sigmoid' }: SqueezeExcitationOptions = {},
  ) {
    super();
    this.conv_reduce = this.child('conv_reduce', new Conv2d(channels, squeezed, 1, { bias: true }));
    this.conv_expand = this.child('conv_expand', new Conv2d(squeezed, channels, 1, { bias: true }));
    this.#activation = activation === 'relu' ? new ReLU() : new SiLU();
    this.#gate = gate === 'sigmoid' ? new Sigmoid() : new Hardsigmoid();
  }

  forward(input: Tensor): Tensor {
    const means = input.mean([2, 3], { keepdim: true });
    const squeezed = this.#activation.forward(this.conv_reduce.forward(means));
    return input.mul(this.#gate.forward(this.conv_expand.forward(squeezed)));
  }
}
