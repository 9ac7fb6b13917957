// For each family: the same logits with batch normalization folded into the convolutions.
import { afterEach, describe, expect, it } from 'vitest';
import { BatchNorm2d, Conv2d, foldBatchNorm, Module } from '../nn/index.ts';
import { Generator, noGrad, randn, type Tensor } from '../torch/index.ts';
import { createModel, type ImageModel } from './index.ts';

let model: ImageModel | undefined;
afterEach(() => model?.dispose());

/** Statistics and parameters as a training leaves them: no two channels are alike. */
function trained<Network extends Module>(network: Network): Network {
  const generator = new Generator(7);
  noGrad(() => {
    for (const layer of network.modules().values()) {
      if (!(layer instanceof BatchNorm2d)) continue;
      layer.weight.uniform_({ from: 0.5, to: 1.5, generator });
      layer.bias.normal_({ mean: 0, std: 0.2, generator });
      layer.runningMean.normal_({ mean: 0, std: 0.3, generator });
      layer.runningVar.uniform_({ from: 0.5, to: 2, generator });
    }
  });
  return network.eval();
}

const images = (dtype: 'float32' | 'float64', seed: number) => randn([2, 3, 64, 64], new Generator(seed)).to({ dtype });
const logitsOf = (network: Module, input: Tensor) =>
  noGrad(() => Array.from(network.forward(input).data() as Float32Array | Float64Array));
/** Of the largest one. */
function largestDifference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...found.map((value, n) => Math.abs(value - expected[n]!))) / scale;
}

// What stays: PyramidNet's last, which is behind a sum; its basic blocks begin with one before a convolution that pads.
describe.each([
  ['resnet20', 21, 0],
  ['resnet29-bottleneck', 31, 0],
  ['resnet18', 20, 0],
  ['resnext50-32x4d', 53, 0],
  ['pyramidnet11-a6', 13, 1],
  ['pyramidnet8-a6-basic', 7, 4],
  ['vgg16-gap', 0, 0],
  ['vgg16-bn-gap', 13, 0],
  ['mobilenetv3-small', 34, 0],
  ['mobilenetv3-large:variant=torchvision', 46, 0],
  ['efficientnet-b0', 49, 0],
  ['convnext-tiny', 0, 0],
])('%s', (name, folds, left) => {
  it.each([
    ['float32', 1e-5],
    ['float64', 1e-12],
  ] as const)('has the same logits in %s within %d', (dtype, tolerance) => {
    model = trained(createModel(name, { classes: 10, seed: 3 })).to({ dtype });
    const input = images(dtype, 1);
    const before = logitsOf(model, input);
    expect(foldBatchNorm(model, images(dtype, 2))).toBe(folds);
    const after = logitsOf(model, input);
    expect(largestDifference(after, before)).toBeLessThan(tolerance);
    const layers = [...model.modules().values()].filter((layer) => layer instanceof BatchNorm2d);
    expect(layers.filter(({ isFolded }) => !isFolded)).toHaveLength(left);
    if (folds > 0) expect(after).not.toEqual(before);
  });
});

/** A convolution and its normalization; `more` is what else the network does with them. */
class Pair extends Module {
  readonly conv = this.child('conv', new Conv2d(3, 4, 3));
  readonly bn = this.child('bn', new BatchNorm2d(4));
  readonly #more: (pair: Pair, map: Tensor) => Tensor;

  constructor(more: (pair: Pair, map: Tensor) => Tensor) {
    super();
    this.#more = more;
    this.initialize(new Generator(1));
  }
  forward(input: Tensor): Tensor {
    return this.#more(this, this.conv.forward(input));
  }
}

it.each<[string, (pair: Pair, map: Tensor) => Tensor]>([
  ['is read elsewhere too', ({ bn }, map) => bn.forward(map).add(map)],
  ['is changed in place in between', ({ bn }, map) => bn.forward(map.relu_())],
  ['is a new one in between', ({ bn }, map) => bn.forward(map.relu())],
  ['goes through one normalization twice', ({ bn }, map) => bn.forward(bn.forward(map))],
])('leaves a network as it is whose map %s', (_, more) => {
  const network = trained(new Pair(more));
  const input = images('float32', 1);
  const before = logitsOf(network, input);
  expect(foldBatchNorm(network, images('float32', 2))).toBe(0);
  expect(logitsOf(network, input)).toEqual(before);
});

it('folds a normalization into a grouped convolution behind it', () => {
  class Behind extends Module {
    readonly bn = this.child('bn', new BatchNorm2d(4));
    readonly conv = this.child('conv', new Conv2d(4, 6, 3, { groups: 2, stride: 2 }));
    forward(input: Tensor): Tensor {
      return this.conv.forward(this.bn.forward(input));
    }
  }
  const network = trained(new Behind().initialize(new Generator(1))).to({ dtype: 'float64' });
  const input = randn([2, 4, 9, 9], new Generator(1)).to({ dtype: 'float64' });
  const before = logitsOf(network, input);
  expect(foldBatchNorm(network, input.neg())).toBe(1);
  expect(largestDifference(logitsOf(network, input), before)).toBeLessThan(1e-12);
});
