/** Initial weights by other rules than those of the layers: what a network's `initialize` draws instead. */
import { Conv2d, Linear, type Module } from '../nn/index.ts';
import { type Generator, noGrad, type Tensor } from '../torch/index.ts';

interface Rules {
  convolution: (weight: Tensor, groups: number) => void;
  linear: (weight: Tensor) => void;
}

/** Draws the weights of every convolution and linear layer in registration order; their biases become 0. */
function drawLayers(network: Module, { convolution, linear }: Rules): void {
  noGrad(() => {
    for (const part of network.modules().values()) {
      if (part instanceof Conv2d) convolution(part.weight, part.options.groups);
      else if (part instanceof Linear) linear(part.weight);
      else continue;
      part.bias?.zero_();
    }
  });
}

/**
 * The rule of EfficientNet's official code, which timm has for it and for MobileNetV3: convolutions from
 * N(0, sqrt(2 / (kernel area * out / groups))), linear layers from U(-1, 1) / sqrt(out), biases 0.
 */
export function drawFanOut(network: Module, generator: Generator): void {
  drawLayers(network, {
    convolution(weight, groups) {
      const [out = 1, , height = 1, width = 1] = weight.shape;
      weight.normal_({ std: Math.sqrt(2 / (height * width * Math.floor(out / groups))), generator });
    },
    linear(weight) {
      const bound = 1 / Math.sqrt(weight.shape[0] ?? 1);
      weight.uniform_({ from: -bound, to: bound, generator });
    },
  });
}

/**
 * N(0, 0.02) for every convolution and linear layer, biases 0: ConvNeXt's and ViT's rule in timm, whose truncation at 2, a
 * hundred standard deviations, never acts.
 */
export function drawNarrow(network: Module, generator: Generator): void {
  const narrow = (weight: Tensor) => weight.normal_({ std: 0.02, generator });
  drawLayers(network, { convolution: narrow, linear: narrow });
}
