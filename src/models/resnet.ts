/**
 * Residual networks (He et al. 2016, Deep Residual Learning), under torchvision's parameter names.
 *
 * CIFAR form (section 4.2 of that paper; the official CutMix code's resnet.py): a 3x3 stem of 16 channels, three stages
 * of 16, 32, 64; depth 6n+2 with basic blocks or 9n+2 with bottlenecks. ImageNet form: a 7x7 stride-2 stem and a max
 * pool, four stages of 64 to 512, the bottleneck's stride on its 3x3 ("v1.5"). Shortcuts whose shape changes are a 1x1
 * convolution with batch normalisation, convolutions have no bias, weights are drawn by He's fan-out rule.
 */
import { BatchNorm2d, Conv2d, GlobalAvgPool2d, Linear, MaxPool2d, Module, Sequential } from '../nn/index.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import type { ImageModel, ModelOptions, OnStage } from './image-model.ts';

type BlockKind = 'basic' | 'bottleneck';

/** How many times wider a block's output is than its planes. */
const expansion: Record<BlockKind, number> = { basic: 1, bottleneck: 4 };

function shortcut(inChannels: number, outChannels: number, stride: number): Module | null {
  if (stride === 1 && inChannels === outChannels) return null;
  return new Sequential(new Conv2d(inChannels, outChannels, 1, { stride }), new BatchNorm2d(outChannels));
}

/** Two 3x3 convolutions and a shortcut. */
class BasicBlock extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: Module | null;

  constructor(inChannels: number, planes: number, stride: number) {
    super();
    this.conv1 = this.child('conv1', new Conv2d(inChannels, planes, 3, { stride, padding: 1 }));
    this.bn1 = this.child('bn1', new BatchNorm2d(planes));
    this.conv2 = this.child('conv2', new Conv2d(planes, planes, 3, { padding: 1 }));
    this.bn2 = this.child('bn2', new BatchNorm2d(planes));
    const downsample = shortcut(inChannels, planes, stride);
    this.downsample = downsample && this.child('downsample', downsample);
  }

  forward(input: Tensor): Tensor {
    const inner = this.bn1.forward(this.conv1.forward(input)).relu_();
    const residual = this.bn2.forward(this.conv2.forward(inner));
    return residual.add_(this.downsample ? this.downsample.forward(input) : input).relu_();
  }
}

/** 1x1 down, 3x3 (with the stride), 1x1 up by four, and a shortcut. */
class Bottleneck extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly downsample: Module | null;

  constructor(inChannels: number, planes: number, stride: number) {
    super();
    const outChannels = planes * expansion.bottleneck;
    this.conv1 = this.child('conv1', new Conv2d(inChannels, planes, 1));
    this.bn1 = this.child('bn1', new BatchNorm2d(planes));
    this.conv2 = this.child('conv2', new Conv2d(planes, planes, 3, { stride, padding: 1 }));
    this.bn2 = this.child('bn2', new BatchNorm2d(planes));
    this.conv3 = this.child('conv3', new Conv2d(planes, outChannels, 1));
    this.bn3 = this.child('bn3', new BatchNorm2d(outChannels));
    const downsample = shortcut(inChannels, outChannels, stride);
    this.downsample = downsample && this.child('downsample', downsample);
  }

  forward(input: Tensor): Tensor {
    const narrow = this.bn1.forward(this.conv1.forward(input)).relu_();
    const inner = this.bn2.forward(this.conv2.forward(narrow)).relu_();
    const residual = this.bn3.forward(this.conv3.forward(inner));
    return residual.add_(this.downsample ? this.downsample.forward(input) : input).relu_();
  }
}

export interface ResNetOptions extends ModelOptions {
  block: BlockKind;
  /** Blocks in each stage. */
  blocks: readonly number[];
  /** Planes of each stage. */
  planes: readonly number[];
  /** `cifar`: 3x3, stride 1. `imagenet`: 7x7, stride 2, then a 3x3 max pool of stride 2. */
  stem: 'cifar' | 'imagenet';
}

/** Images [N, channels, H, W] to logits [N, classes]. Use the named factories unless you want a shape of your own. */
export class ResNet extends Module implements ImageModel {
  readonly stages: readonly Module[];
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly maxpool: MaxPool2d | null;
  readonly pool = new GlobalAvgPool2d();
  readonly fc: Linear;

  constructor({ block, blocks, planes, stem, classes, channels = 3, seed = 0 }: ResNetOptions) {
    super();
    const stemPlanes = planes[0]!;
    const stemShape = stem === 'cifar' ? { kernel: 3, stride: 1, padding: 1 } : { kernel: 7, stride: 2, padding: 3 };
    this.conv1 = this.child('conv1', new Conv2d(channels, stemPlanes, stemShape.kernel, stemShape));
    this.bn1 = this.child('bn1', new BatchNorm2d(stemPlanes));
    this.maxpool = stem === 'imagenet' ? new MaxPool2d(3, { stride: 2, padding: 1 }) : null;
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let width = stemPlanes;
    this.stages = blocks.map((count, stage) => {
      const parts = Array.from({ length: count }, (_, index) => {
        const part = new Block(width, planes[stage]!, index === 0 && stage > 0 ? 2 : 1);
        width = planes[stage]! * expansion[block];
        return part;
      });
      return this.child(`layer${stage + 1}`, new Sequential(...parts));
    });
    this.fc = this.child('fc', new Linear(width, classes));
    this.initialize(new Generator(seed));
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    let map = this.bn1.forward(this.conv1.forward(images)).relu_();
    if (this.maxpool) map = this.maxpool.forward(map);
    map = onStage(map, 1);
    this.stages.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    return this.fc.forward(this.pool.forward(map));
  }
}

/**
 * A CIFAR ResNet of any depth 6n+2 (basic blocks) or, with `bottleneck`, 9n+2. ResNet-110 of the paper's Table 6 is the
 * bottleneck form (1.17 M parameters at 100 classes).
 */
export function cifarResNet(
  depth: number,
  { bottleneck = false, ...options }: ModelOptions & { bottleneck?: boolean },
): ResNet {
  const perBlock = bottleneck ? 9 : 6;
  const count = (depth - 2) / perBlock;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `cifarResNet: a ${bottleneck ? 'bottleneck' : 'basic'} CIFAR ResNet has depth ${perBlock}n+2 (${[1, 2, 3].map((n) => perBlock * n + 2).join(', ')}, ...), got ${depth}`,
    );
  }
  return new ResNet({
    ...options,
    block: bottleneck ? 'bottleneck' : 'basic',
    blocks: [count, count, count],
    planes: [16, 32, 64],
    stem: 'cifar',
  });
}

const imageNetBlocks: Record<number, [BlockKind, number[]]> = {
  18: ['basic', [2, 2, 2, 2]],
  34: ['basic', [3, 4, 6, 3]],
  50: ['bottleneck', [3, 4, 6, 3]],
  101: ['bottleneck', [3, 4, 23, 3]],
  152: ['bottleneck', [3, 8, 36, 3]],
};

/** torchvision's ResNet of depth 18, 34, 50, 101 or 152; `stem: 'cifar'` for small images (11.2 M parameters at depth 18, 100 classes). */
export function imageNetResNet(
  depth: number,
  { stem = 'imagenet', ...options }: ModelOptions & { stem?: 'cifar' | 'imagenet' },
): ResNet {
  const found = imageNetBlocks[depth];
  if (!found)
    throw new RangeError(`imageNetResNet: expected depth ${Object.keys(imageNetBlocks).join(', ')}, got ${depth}`);
  return new ResNet({ ...options, stem, block: found[0], blocks: found[1], planes: [64, 128, 256, 512] });
}
