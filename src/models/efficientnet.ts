/**
 * EfficientNet-B0 (Tan and Le 2019, EfficientNet: Rethinking Model Scaling, table 1), under the parameter names of timm's
 * `efficientnet_b0`: a 3x3 stem of stride 2, seven stages of inverted residual blocks, a 1x1 convolution, the mean over
 * the map and the classifier.
 *
 * timm's and torchvision's are the same network: PyTorch's epsilon 1e-5 and momentum 0.1, padding on both sides. The
 * official code's has 1e-3 and 0.01 and pads one side more than the other; its weights (timm's `tf_efficientnet_b0`) fit by
 * name and are not exact. Squeeze and excitation narrows to a fourth of the channels that enter the block.
 *
 * The paper drops a fifth of the features and has stochastic depth of 0.2 (`--regularize dropout:rate=0.2` and
 * `stochastic-depth:rate=0.2,granularity=sample,rule=drop-path`, which reaches the rate at the last block, where theirs is
 * one step below it), torchvision too; timm's network has neither unless told. Initial weights are drawn by the official
 * code's rule, as timm does ({@link drawFanOut}).
 */
import { BatchNorm2d, Conv2d, SiLU } from '../nn/index.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import type { ModelOptions, OnStage } from './image-model.ts';
import { drawFanOut } from './initial-weights.ts';
import { type MobileBlockShape, MobileStages } from './mobile-block.ts';
import { PooledModel } from './pooled-model.ts';
import { RegularizedPlaces } from './regularized-places.ts';

const stem = 32;
const features = 1280;

const b0: [expansion: number, kernel: number, stride: number, out: number, blocks: number][] = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
];

/** Each block's input decides how wide it is inside. */
function shapesOf(rows: typeof b0): MobileBlockShape[][] {
  let inChannels = stem;
  return rows.map(([expansion, kernel, stride, outChannels, count]) =>
    Array.from({ length: count }, (_, index) => {
      const shape: MobileBlockShape = {
        ...{ kernel, outChannels, expanded: inChannels * expansion, squeezed: Math.floor(inChannels / 4) },
        ...{ stride: index === 0 ? stride : 1, activation: 'silu' },
      };
      inChannels = outChannels;
      return shape;
    }),
  );
}

/**
 * Images [N, channels, H, W] to logits [N, classes]. Its hidden maps are the stem's and each stage's; the map that the
 * classifier reads comes a 1x1 convolution later, and is as low as -0.28 in places.
 *
 * @throws Error where a regularizer finds no place in it
 */
export class EfficientNet extends PooledModel {
  readonly stageStarts: readonly string[];
  readonly conv_stem: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly blocks: MobileStages;
  readonly conv_head: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly #activation = new SiLU();

  constructor({ classes, channels = 3, seed = 0, regularize }: ModelOptions) {
    super();
    const places = new RegularizedPlaces(regularize);
    const stages = shapesOf(b0);
    this.conv_stem = this.child('conv_stem', new Conv2d(channels, stem, 3, { stride: 2, padding: 1 }));
    this.bn1 = this.child('bn1', new BatchNorm2d(stem));
    const squeezeExcitation = { activation: 'silu' } as const;
    this.blocks = this.child('blocks', new MobileStages({ inChannels: stem, stages, places, squeezeExcitation }));
    this.stageStarts = stages.map((_, stage) => `blocks.${stage}`);
    const width = stages.at(-1)?.at(-1)?.outChannels ?? stem;
    this.conv_head = this.child('conv_head', new Conv2d(width, features, 1));
    this.bn2 = this.child('bn2', new BatchNorm2d(features));
    this.addClassifier({ channels: features, classes, places });
    places.check('EfficientNet');
    this.initialize(new Generator(seed));
  }

  override initialize(generator: Generator): this {
    drawFanOut(this, generator);
    return this;
  }

  lastMap(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    let map = onStage(this.#activation.forward(this.bn1.forward(this.conv_stem.forward(images))), 1);
    this.blocks.parts.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    return this.#activation.forward(this.bn2.forward(this.conv_head.forward(map)));
  }

  publishedNames(): ReadonlyMap<string, string> {
    const last = `features.${this.blocks.parts.length + 1}`;
    return new Map([
      ['features.0.0', 'conv_stem'],
      ['features.0.1', 'bn1'],
      ...this.blocks.publishedNames((stage, block) => `features.${stage + 1}.${block}`),
      [`${last}.0`, 'conv_head'],
      [`${last}.1`, 'bn2'],
      ['classifier.1', 'fc'],
      ['classifier', 'fc'],
    ]);
  }
}
