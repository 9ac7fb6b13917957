/**
 * Residual networks (He et al. 2016, Deep Residual Learning), under torchvision's parameter names.
 *
 * CIFAR form (section 4.2 of that paper; the official CutMix code's resnet.py): a 3x3 stem of 16 channels, three stages
 * of 16, 32, 64; depth 6n+2 with basic blocks or 9n+2 with bottlenecks. ImageNet form: a 7x7 stride-2 stem and a max
 * pool, four stages of 64 to 512, the bottleneck's stride on its 3x3 ("v1.5"). Shortcuts whose shape changes are a 1x1
 * convolution with batch normalization, convolutions have no bias, weights are drawn by He's fan-out rule.
 */
import { BatchNorm2d, Conv2d, MaxPool2d, type Module, Sequential } from '../nn/index.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import { checkDepth, type ModelOptions, type OnStage } from './image-model.ts';
import { PooledModel } from './pooled-model.ts';
import { type BlockRegularization, RegularizedBlock } from './regularized-block.ts';
import { RegularizedPlaces } from './regularized-places.ts';

type BlockKind = 'basic' | 'bottleneck';

/** How many times wider a block's output is than its planes. */
const expansion: Record<BlockKind, number> = { basic: 1, bottleneck: 4 };

interface BlockOptions extends BlockRegularization {
  inChannels: number;
  planes: number;
  stride: number;
  /** Of a bottleneck's 3x3 convolution: its groups, and its channels over all of them. */
  groups: number;
  groupedChannels: number;
}

/** ReLU of the sum of a residual branch and a shortcut, which is a 1x1 convolution where the shape changes. */
abstract class ResidualBlock extends RegularizedBlock {
  abstract readonly downsample: Sequential | null;

  protected shortcut({ inChannels, stride }: BlockOptions, outChannels: number): Sequential | null {
    if (stride === 1 && inChannels === outChannels) return null;
    const convolution = new Conv2d(inChannels, outChannels, 1, { stride });
    return this.child('downsample', new Sequential(convolution, new BatchNorm2d(outChannels)));
  }

  forward(input: Tensor): Tensor {
    const shortcut = this.regularized(this.downsample ? this.downsample.forward(input) : input);
    const sum = this.sum(input, shortcut);
    // The shortcut alone may be the input, which others still need.
    return sum === shortcut ? sum.relu() : sum.relu_();
  }
}

/** Two 3x3 convolutions and a shortcut. */
class BasicBlock extends ResidualBlock {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: Sequential | null;

  constructor(options: BlockOptions) {
    super(options);
    const { inChannels, planes, stride } = options;
    this.conv1 = this.child('conv1', new Conv2d(inChannels, planes, 3, { stride, padding: 1 }));
    this.bn1 = this.child('bn1', new BatchNorm2d(planes));
    this.conv2 = this.child('conv2', new Conv2d(planes, planes, 3, { padding: 1 }));
    this.bn2 = this.child('bn2', new BatchNorm2d(planes));
    this.downsample = this.shortcut(options, planes);
  }

  protected branch(input: Tensor): Tensor {
    const inner = this.normalized(this.conv1, this.bn1, input).relu_();
    return this.normalized(this.conv2, this.bn2, inner);
  }
}

/** 1x1 down, 3x3 (with the stride), 1x1 up by four, and a shortcut. */
class Bottleneck extends ResidualBlock {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly downsample: Sequential | null;

  constructor(options: BlockOptions) {
    super(options);
    const { inChannels, planes, stride, groups, groupedChannels: inner } = options;
    const outChannels = planes * expansion.bottleneck;
    this.conv1 = this.child('conv1', new Conv2d(inChannels, inner, 1));
    this.bn1 = this.child('bn1', new BatchNorm2d(inner));
    this.conv2 = this.child('conv2', new Conv2d(inner, inner, 3, { stride, padding: 1, groups }));
    this.bn2 = this.child('bn2', new BatchNorm2d(inner));
    this.conv3 = this.child('conv3', new Conv2d(inner, outChannels, 1));
    this.bn3 = this.child('bn3', new BatchNorm2d(outChannels));
    this.downsample = this.shortcut(options, outChannels);
  }

  protected branch(input: Tensor): Tensor {
    const narrow = this.normalized(this.conv1, this.bn1, input).relu_();
    const inner = this.normalized(this.conv2, this.bn2, narrow).relu_();
    return this.normalized(this.conv3, this.bn3, inner);
  }
}

export interface ResNetOptions extends ModelOptions {
  /** `basic`: two 3x3 convolutions. `bottleneck`: 1x1, 3x3, 1x1, whose output is four times as wide as its planes. */
  block: BlockKind;
  /** Blocks in each stage, each at least 1. */
  blocks: readonly number[];
  /** Planes of each stage: channels of its 3x3 convolutions. As many as there are stages. */
  planes: readonly number[];
  /** `cifar`: 3x3, stride 1. `imagenet`: 7x7, stride 2, then a 3x3 max pool of stride 2. */
  stem: 'cifar' | 'imagenet';
  /** Groups of a bottleneck's 3x3 convolution, and channels of each per 64 planes (ResNeXt). Default 1 and 64. */
  groups?: number;
  widthPerGroup?: number;
  /** Stride of the last stage. Default 2; 1 makes its maps twice as large, as localization wants them: no weight changes. */
  lastStride?: 1 | 2;
}

/**
 * Images [N, channels, H, W] to logits [N, classes]. Use the named factories unless you want a shape of your own.
 *
 * @throws RangeError where there are not planes for each stage; Error where a regularizer finds no place in it
 */
export class ResNet extends PooledModel {
  readonly stages: readonly Module[];
  readonly stageStarts: readonly string[];
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly maxpool: MaxPool2d | null;

  constructor({
    block,
    blocks,
    planes,
    stem,
    groups = 1,
    widthPerGroup = 64,
    lastStride = 2,
    classes,
    channels = 3,
    seed = 0,
    regularize,
  }: ResNetOptions) {
    super();
    const places = new RegularizedPlaces(regularize);
    const blockCount = blocks.reduce((sum, count) => sum + count, 0);
    const [stemPlanes] = planes;
    if (stemPlanes === undefined || blocks.length !== planes.length) {
      throw new RangeError(`ResNet: expected planes for each of ${blocks.length} stages, got [${planes.join(', ')}]`);
    }
    const stemShape = stem === 'cifar' ? { kernel: 3, stride: 1, padding: 1 } : { kernel: 7, stride: 2, padding: 3 };
    this.conv1 = this.child('conv1', new Conv2d(channels, stemPlanes, stemShape.kernel, stemShape));
    this.bn1 = this.child('bn1', new BatchNorm2d(stemPlanes));
    this.maxpool = stem === 'imagenet' ? new MaxPool2d(3, { stride: 2, padding: 1 }) : null;
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let inChannels = stemPlanes;
    let index = 0;
    this.stages = planes.map((stagePlanes, stage) => {
      const parts = Array.from({ length: blocks[stage] ?? 0 }, (_, place) => {
        const part = new Block({
          inChannels,
          planes: stagePlanes,
          stride: place > 0 || stage === 0 ? 1 : stage === blocks.length - 1 ? lastStride : 2,
          groups,
          groupedChannels: Math.floor((stagePlanes * widthPerGroup) / 64) * groups,
          gate: places.residual(++index, blockCount),
          onMap: places.map(stage + 1, blocks.length),
        });
        inChannels = stagePlanes * expansion[block];
        return part;
      });
      return this.child(`layer${stage + 1}`, new Sequential(...parts));
    });
    this.stageStarts = this.stages.map((_, stage) => `layer${stage + 1}`);
    this.addClassifier({ channels: inChannels, classes, places });
    places.check('this network');
    this.initialize(new Generator(seed));
  }

  lastMap(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    let map = this.bn1.forward(this.conv1.forward(images)).relu_();
    if (this.maxpool) map = this.maxpool.forward(map);
    map = onStage(map, 1);
    this.stages.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    return map;
  }
}

/**
 * A CIFAR ResNet of any depth 6n+2 (basic blocks) or, with `bottleneck`, 9n+2. ResNet-110 of the paper's Table 6 is the
 * bottleneck form (1.17 M parameters at 100 classes).
 *
 * @param bottleneck default `false`
 * @throws RangeError where the depth is another
 */
export function cifarResNet(
  depth: number,
  { bottleneck = false, ...options }: ModelOptions & { bottleneck?: boolean },
): ResNet {
  const perBlock = bottleneck ? 9 : 6;
  const count = (depth - 2) / perBlock;
  checkDepth('cifarResNet', depth);
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

/** @param factory its name, for the error */
function imageNetShape(factory: string, depth: number): Pick<ResNetOptions, 'block' | 'blocks' | 'planes'> {
  const found = imageNetBlocks[depth];
  if (!found) {
    throw new RangeError(`${factory}: expected depth ${Object.keys(imageNetBlocks).join(', ')}, got ${depth}`);
  }
  const [block, blocks] = found;
  return { block, blocks, planes: [64, 128, 256, 512] };
}

/**
 * torchvision's ResNet of depth 18, 34, 50, 101 or 152; `stem: 'cifar'` (default `'imagenet'`) for small images: 11.2 M
 * parameters at depth 18, 100 classes.
 *
 * @throws RangeError where the depth is another
 */
export function imageNetResNet(
  depth: number,
  { stem = 'imagenet', ...options }: ModelOptions & Partial<Pick<ResNetOptions, 'stem' | 'lastStride'>>,
): ResNet {
  return new ResNet({ ...options, ...imageNetShape('imageNetResNet', depth), stem });
}

/**
 * torchvision's ResNeXt (Xie et al. 2017, Aggregated Residual Transformations): bottlenecks whose 3x3 convolution has
 * `groups` groups of `widthPerGroup` channels. Depth 50 with 32x4d has 25.0 M parameters, 101 has 44.2 M.
 */
export function resNeXt(
  depth: 50 | 101,
  {
    groups = 32,
    widthPerGroup = 4,
    ...options
  }: ModelOptions & Partial<Pick<ResNetOptions, 'groups' | 'widthPerGroup' | 'lastStride'>>,
): ResNet {
  return new ResNet({ ...options, ...imageNetShape('resNeXt', depth), stem: 'imagenet', groups, widthPerGroup });
}
