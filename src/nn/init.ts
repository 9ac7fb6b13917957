import type { Generator, Tensor } from '../torch/index.ts';

/**
 * He et al. 2015 (Delving Deep into Rectifiers), the fan-out form that the official CutMix networks and torchvision use:
 * N(0, sqrt(2 / (kernel height * kernel width * output channels))). `weight` is [out, in/groups, kh, kw]. With groups,
 * too, all output channels count, as in torchvision.
 */
export function heNormal(weight: Tensor, generator: Generator): void {
  const [out = 1, , kernelHeight = 1, kernelWidth = 1] = weight.shape;
  weight.normal_({ mean: 0, std: Math.sqrt(2 / (out * kernelHeight * kernelWidth)), generator });
}

/** PyTorch's default for linear layers: U(-1/sqrt(fan in), 1/sqrt(fan in)), for the weight and the bias. */
export function uniformFanIn(values: Tensor, fanIn: number, generator: Generator): void {
  const bound = 1 / Math.sqrt(fanIn);
  values.uniform_({ from: -bound, to: bound, generator });
}
