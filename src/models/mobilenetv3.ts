/**
 * MobileNetV3 (Howard et al. 2019, Searching for MobileNetV3, tables 1 and 2), under the parameter names of timm's
 * `mobilenetv3_large_100` and `mobilenetv3_small_100`: a 3x3 stem of stride 2, six stages of inverted residual blocks, a
 * 1x1 convolution, the mean over the map, and two layers, the second of which is the classifier.
 *
 * timm and torchvision differ in batch normalization alone: timm has PyTorch's epsilon 1e-5 and momentum 0.1, torchvision
 * the paper's 1e-3 and 0.01. Weights are exact only with the epsilon that they were trained with: `variant`. torchvision
 * also drops a fifth of the features before the classifier, here `--regularize dropout:rate=0.2`. The paper squeezes to a
 * fourth of the expanded channels; both round that to a multiple of 8 and use a plain ReLU and a hard sigmoid there.
 * Initial weights are drawn by timm's rule ({@link drawFanOut}).
 *
 * A layer that is not linear follows the mean, so there are no class activation maps, but Grad-CAM.
 */
import { BatchNorm2d, Conv2d, GlobalAvgPool2d, Hardswish } from '../nn/index.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import { ClassifierModel } from './classifier-model.ts';
import type { ModelOptions, OnStage } from './image-model.ts';
import { drawFanOut } from './initial-weights.ts';
import { type MobileBlockShape, MobileStages } from './mobile-block.ts';
import { RegularizedPlaces } from './regularized-places.ts';

type Row = [kernel: number, expanded: number, out: number, squeezes: boolean, relu: boolean, stride: number];

/** The blocks of each stage, as the paper's tables list them, and the widths of the two layers around the mean. */
const sizes: Record<'small' | 'large', { stages: Row[][]; lastMap: number; features: number }> = {
  large: {
    stages: [
      [[3, 16, 16, false, true, 1]],
      [
        [3, 64, 24, false, true, 2],
        [3, 72, 24, false, true, 1],
      ],
      [
        [5, 72, 40, true, true, 2],
        [5, 120, 40, true, true, 1],
        [5, 120, 40, true, true, 1],
      ],
      [
        [3, 240, 80, false, false, 2],
        [3, 200, 80, false, false, 1],
        [3, 184, 80, false, false, 1],
        [3, 184, 80, false, false, 1],
      ],
      [
        [3, 480, 112, true, false, 1],
        [3, 672, 112, true, false, 1],
      ],
      [
        [5, 672, 160, true, false, 2],
        [5, 960, 160, true, false, 1],
        [5, 960, 160, true, false, 1],
      ],
    ],
    ...{ lastMap: 960, features: 1280 },
  },
  small: {
    stages: [
      [[3, 16, 16, true, true, 2]],
      [
        [3, 72, 24, false, true, 2],
        [3, 88, 24, false, true, 1],
      ],
      [
        [5, 96, 40, true, false, 2],
        [5, 240, 40, true, false, 1],
        [5, 240, 40, true, false, 1],
      ],
      [
        [5, 120, 48, true, false, 1],
        [5, 144, 48, true, false, 1],
      ],
      [
        [5, 288, 96, true, false, 2],
        [5, 576, 96, true, false, 1],
        [5, 576, 96, true, false, 1],
      ],
    ],
    ...{ lastMap: 576, features: 1024 },
  },
};

/** The nearest multiple of 8, and the next one where that is under nine tenths: the rule of MobileNet's official code. */
function roundToEight(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

const shapeOf = ([kernel, expanded, outChannels, squeezes, relu, stride]: Row): MobileBlockShape => ({
  ...{ kernel, expanded, outChannels, stride },
  squeezed: squeezes ? roundToEight(expanded / 4) : null,
  activation: relu ? 'relu' : 'hardswish',
});

/** Batch normalization as each has it. */
const batchNorms = { timm: {}, torchvision: { epsilon: 1e-3, momentum: 0.01 } };

export interface MobileNetV3Options extends ModelOptions {
  size: 'small' | 'large';
  /** Whose batch normalization, and so whose weights are exact. Default `timm`. */
  variant?: 'timm' | 'torchvision';
}

/**
 * Images [N, channels, H, W] to logits [N, classes]. Its hidden maps are the stem's, each stage's and the last
 * convolution's.
 *
 * @throws Error where a regularizer finds no place in it
 */
export class MobileNetV3 extends ClassifierModel {
  readonly variant: 'timm' | 'torchvision';
  readonly stageStarts: readonly string[];
  readonly conv_stem: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly blocks: MobileStages;
  readonly #last: readonly [Conv2d, BatchNorm2d];
  readonly conv_head: Conv2d;
  readonly #pool = new GlobalAvgPool2d();
  readonly #activation = new Hardswish();

  constructor({ size, variant = 'timm', classes, channels = 3, seed = 0, regularize }: MobileNetV3Options) {
    super();
    const { stages, lastMap, features } = sizes[size];
    const places = new RegularizedPlaces(regularize);
    const batchNorm = batchNorms[variant];
    this.variant = variant;
    this.conv_stem = this.child('conv_stem', new Conv2d(channels, 16, 3, { stride: 2, padding: 1 }));
    this.bn1 = this.child('bn1', new BatchNorm2d(16, batchNorm));
    const shapes = stages.map((rows) => rows.map(shapeOf));
    const style = { squeezeExcitation: { gate: 'hard-sigmoid' }, batchNorm } as const;
    this.blocks = this.child('blocks', new MobileStages({ inChannels: 16, stages: shapes, places, ...style }));
    const width = shapes.at(-1)?.at(-1)?.outChannels ?? 16;
    const last = `blocks.${stages.length}.0`;
    this.stageStarts = [...stages.map((_, stage) => `blocks.${stage}`), `${last}.conv`];
    this.#last = [
      this.child(`${last}.conv`, new Conv2d(width, lastMap, 1)),
      this.child(`${last}.bn1`, new BatchNorm2d(lastMap, batchNorm)),
    ];
    this.conv_head = this.child('conv_head', new Conv2d(lastMap, features, 1, { bias: true }));
    this.addClassifier({ channels: features, classes, places });
    places.check('MobileNetV3');
    this.initialize(new Generator(seed));
  }

  override initialize(generator: Generator): this {
    drawFanOut(this, generator);
    return this;
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    const activated = (map: Tensor) => this.#activation.forward(map);
    let map = onStage(activated(this.bn1.forward(this.conv_stem.forward(images))), 1);
    this.blocks.parts.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    const [convolution, normalization] = this.#last;
    map = onStage(activated(normalization.forward(convolution.forward(map))), this.blocks.parts.length + 2);
    const means = this.#pool.forward(map).unsqueeze(2).unsqueeze(3);
    return this.logitsOf(activated(this.conv_head.forward(means)).flatten({ startDim: 1 }));
  }

  publishedNames(given: ReadonlySet<string>): ReadonlyMap<string, string> {
    const isTorchvision = given.has('features.0.0.weight');
    if (isTorchvision && this.variant !== 'torchvision') {
      throw new Error(
        "MobileNetV3: these weights are torchvision's, which are exact with its batch normalization alone; make the " +
          'network with it: variant=torchvision behind its name, as in mobilenetv3-large:variant=torchvision',
      );
    }
    const stages = this.blocks.parts.length;
    const blocks = this.blocks.publishedNames((_stage, _block, index) => `features.${index + 1}`);
    const last = `features.${this.blocks.stages.flat().length + 1}`;
    return new Map([
      ['features.0.0', 'conv_stem'],
      ['features.0.1', 'bn1'],
      ...blocks,
      [`${last}.0`, `blocks.${stages}.0.conv`],
      [`${last}.1`, `blocks.${stages}.0.bn1`],
      ['classifier.0', 'conv_head'],
      ['classifier.3', 'fc'],
      ['classifier', 'fc'],
    ]);
  }
}
