/**
 * Pyramidal residual networks (Han et al. 2017, Deep Pyramidal Residual Networks), CIFAR form, under the parameter names
 * of the official code, which the CutMix paper used for its CIFAR tables.
 *
 * A 3x3 stem of 16 channels without ReLU, then three stages of equally many blocks. The width starts at 16 and grows by
 * alpha / (number of blocks) with every block. Blocks begin with a batch normalization that no ReLU follows, and none
 * follows the addition either. No shortcut is learned: it is a 2x2 mean where the block has stride 2, and stands for
 * zeros in the channels that the block adds, which come last.
 *
 * The official code ends in an 8x8 mean pool, here the mean over the whole map: the same for 32x32 images, and other
 * sizes work too.
 */
import { AvgPool2d, BatchNorm2d, Conv2d, type Module, Sequential } from '../nn/index.ts';
import { Generator, pad, type Tensor } from '../torch/index.ts';
import { checkDepth, type ModelOptions, type OnStage } from './image-model.ts';
import { PooledModel } from './pooled-model.ts';
import { type BlockRegularization, RegularizedBlock } from './regularized-block.ts';
import { RegularizedPlaces } from './regularized-places.ts';

interface BlockOptions extends BlockRegularization {
  inChannels: number;
  planes: number;
  stride: number;
}

/** The sum of a residual branch and a shortcut that has fewer channels. */
abstract class PyramidBlock extends RegularizedBlock {
  abstract readonly outChannels: number;
  readonly #pool: AvgPool2d | null;

  constructor(options: BlockOptions) {
    super(options);
    this.#pool = options.stride === 1 ? null : new AvgPool2d(2, { ceilMode: true });
  }

  forward(input: Tensor): Tensor {
    const kept = this.regularized(this.#pool ? this.#pool.forward(input) : input);
    // Adding into the first channels of the branch alone would save a map, but its gradient copies several.
    const [, channels = 0] = kept.shape;
    return this.sum(input, pad(kept, [0, 0, 0, 0, 0, this.outChannels - channels]));
  }
}

/** Two 3x3 convolutions, the first with the stride. */
class BasicBlock extends PyramidBlock {
  readonly outChannels: number;
  readonly bn1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn3: BatchNorm2d;

  constructor(options: BlockOptions) {
    super(options);
    const { inChannels, planes, stride } = options;
    this.outChannels = planes;
    this.bn1 = this.child('bn1', new BatchNorm2d(inChannels));
    this.conv1 = this.child('conv1', new Conv2d(inChannels, planes, 3, { stride, padding: 1 }));
    this.bn2 = this.child('bn2', new BatchNorm2d(planes));
    this.conv2 = this.child('conv2', new Conv2d(planes, planes, 3, { padding: 1 }));
    this.bn3 = this.child('bn3', new BatchNorm2d(planes));
  }

  protected branch(input: Tensor): Tensor {
    const inner = this.normalized(this.conv1, this.bn2, this.bn1.forward(input)).relu_();
    return this.normalized(this.conv2, this.bn3, inner);
  }
}

/** 1x1 to the planes, 3x3 with the stride, 1x1 up by four. */
class Bottleneck extends PyramidBlock {
  readonly outChannels: number;
  readonly bn1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn4: BatchNorm2d;

  constructor(options: BlockOptions) {
    super(options);
    const { inChannels, planes, stride } = options;
    this.outChannels = planes * 4;
    this.bn1 = this.child('bn1', new BatchNorm2d(inChannels));
    this.conv1 = this.child('conv1', new Conv2d(inChannels, planes, 1));
    this.bn2 = this.child('bn2', new BatchNorm2d(planes));
    this.conv2 = this.child('conv2', new Conv2d(planes, planes, 3, { stride, padding: 1 }));
    this.bn3 = this.child('bn3', new BatchNorm2d(planes));
    this.conv3 = this.child('conv3', new Conv2d(planes, this.outChannels, 1));
    this.bn4 = this.child('bn4', new BatchNorm2d(this.outChannels));
  }

  protected branch(input: Tensor): Tensor {
    const narrow = this.normalized(this.conv1, this.bn2, this.bn1.forward(input)).relu_();
    const inner = this.normalized(this.conv2, this.bn3, narrow).relu_();
    return this.normalized(this.conv3, this.bn4, inner);
  }
}

export interface PyramidNetOptions extends ModelOptions {
  /** Layers: 9n+2 with bottlenecks, 6n+2 with basic blocks. */
  depth: number;
  /** How many channels (planes, of a bottleneck) the network gains from the stem to its end; above 0. */
  alpha: number;
  /** Default `bottleneck`, as in the paper's tables. */
  block?: 'basic' | 'bottleneck';
}

/** Planes of each block: a width that grows by the same fraction each time, rounded as Python rounds. */
export function pyramidPlanes(blocks: number, alpha: number): number[] {
  let width = 16;
  return Array.from({ length: blocks }, () => {
    width += alpha / blocks;
    return roundHalfToEven(width);
  });
}

/** The official code's rounding: 22.5 becomes 22. It decides widths, so weights fit only where it is the same. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** The most that maps may grow by: several times what was ever published. */
const widest = 4096;

/** How many blocks each of the three stages has. @throws RangeError where no network has this depth */
function blocksPerStage(depth: number, block: 'basic' | 'bottleneck'): number {
  const perBlock = block === 'bottleneck' ? 9 : 6;
  const count = (depth - 2) / perBlock;
  checkDepth('PyramidNet', depth);
  if (Number.isInteger(count) && count >= 1) return count;
  const legal = [1, 2, 3].map((n) => perBlock * n + 2).join(', ');
  throw new RangeError(`PyramidNet: expected depth ${perBlock}n+2 (${legal}, ...) with ${block} blocks, got ${depth}`);
}

/**
 * Images [N, channels, H, W] to logits [N, classes]. The paper's: depth 200, alpha 240 and depth 110, alpha 64.
 *
 * @throws RangeError where no network has this depth, or alpha is not above 0; Error where a regularizer finds no place in it
 */
export class PyramidNet extends PooledModel {
  readonly stages: readonly Module[];
  readonly stageStarts = ['layer1', 'layer2', 'layer3'];
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly bnFinal: BatchNorm2d;

  constructor({ depth, alpha, block = 'bottleneck', classes, channels = 3, seed = 0, regularize }: PyramidNetOptions) {
    super();
    const perStage = blocksPerStage(depth, block);
    if (alpha > widest) throw new RangeError(`PyramidNet: expected alpha of at most ${widest}, got ${alpha}`);
    if (!(alpha > 0)) throw new RangeError(`PyramidNet: expected alpha above 0, got ${alpha}`);
    const places = new RegularizedPlaces(regularize);
    const allPlanes = pyramidPlanes(perStage * 3, alpha);
    this.conv1 = this.child('conv1', new Conv2d(channels, 16, 3, { padding: 1 }));
    this.bn1 = this.child('bn1', new BatchNorm2d(16));
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let inChannels = 16;
    this.stages = [1, 2, 3].map((stage) => {
      const before = (stage - 1) * perStage;
      const parts = allPlanes.slice(before, before + perStage).map((planes, place) => {
        const part = new Block({
          inChannels,
          planes,
          stride: place === 0 && stage > 1 ? 2 : 1,
          gate: places.residual(before + place + 1, allPlanes.length),
          onMap: places.map(stage, 3),
        });
        inChannels = part.outChannels;
        return part;
      });
      return this.child(`layer${stage}`, new Sequential(...parts));
    });
    this.bnFinal = this.child('bn_final', new BatchNorm2d(inChannels));
    this.addClassifier({ channels: inChannels, classes, places });
    places.check('PyramidNet');
    this.initialize(new Generator(seed));
  }

  lastMap(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    let map = onStage(this.bn1.forward(this.conv1.forward(images)), 1);
    this.stages.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    return this.bnFinal.forward(map).relu_();
  }
}
