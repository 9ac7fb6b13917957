/**
 * VGG-16 with global average pooling (Zhou et al. 2016, Learning Deep Features for Discriminative Localization), the
 * network of the CutMix paper's localization table: VGG-16 (Simonyan and Zisserman 2015) up to conv5-3 without the pool
 * after it, then a 3x3 convolution of 1024 channels, the mean over the map, and a linear layer. 224x224 images give a
 * 14x14 map.
 *
 * The convolutions have torchvision's names (`features.N`), so that its `vgg16` and `vgg16_bn` load with the classifier
 * left out; `conv6` is what the code that is commonly used for localization calls the added one. Zhou et al. do not say
 * whether a ReLU follows it (here it does, as in that code) nor how it starts: weights follow the rules of the other
 * networks here. Only torchvision's `bn` form has batch normalization; `conv6` has none in either.
 */
import { BatchNorm2d, Conv2d, inTurn, MaxPool2d, Module, ReLU } from '../nn/index.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import type { ModelOptions, OnStage } from './image-model.ts';
import { PooledModel } from './pooled-model.ts';
import { RegularizedPlaces } from './regularized-places.ts';

/** Channels of the 3x3 convolutions of VGG-16's five stages (configuration D of its paper). */
const vgg16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/** The convolutions, numbered through as in torchvision, pools and activations included. */
class Features extends Module {
  /** Each stage begins with the pool before it, so that the last has none after it. */
  readonly stages: readonly (readonly Module[])[];
  /** Names of the pools before the stages, but for the first, which has none. */
  readonly pools: readonly string[];

  constructor(channels: number, batchNorm: boolean, places: RegularizedPlaces) {
    super();
    let index = 0;
    let inChannels = channels;
    this.stages = vgg16.map((widths, stage) => {
      const pool = stage === 0 ? [] : [this.child(`${index++}`, new MaxPool2d(2))];
      const convolutions = widths.flatMap((width) => {
        const convolution = this.child(`${index++}`, new Conv2d(inChannels, width, 3, { padding: 1, bias: true }));
        inChannels = width;
        const normalization = batchNorm ? [this.child(`${index++}`, new BatchNorm2d(width))] : [];
        const onMap = places.map(stage + 1, vgg16.length);
        const regularization = onMap ? [this.child(`${index}_onMap`, onMap)] : [];
        const activation = this.child(`${index++}`, new ReLU({ inPlace: true }));
        return [convolution, ...normalization, ...regularization, activation];
      });
      return [...pool, ...convolutions];
    });
    this.pools = [...this.children].flatMap(([name, child]) => (child instanceof MaxPool2d ? [name] : []));
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    return this.stages.reduce((map, parts, index) => onStage(inTurn(parts, map), index + 1), images);
  }
}

export interface VggGapOptions extends ModelOptions {
  /** torchvision's `vgg16_bn`: a batch normalization after each convolution of VGG-16. Default `false`. */
  batchNorm?: boolean;
}

/**
 * Images [N, channels, H, W], at least 16x16, to logits [N, classes]. Has no stem: its five hidden maps are its stages'.
 *
 * @throws Error where a regularizer finds no place in it: one of residual branches
 */
export class VggGap extends PooledModel {
  readonly addedParts = ['conv6'];
  readonly stageStarts: readonly string[];
  readonly features: Features;
  readonly conv6: Conv2d;

  constructor({ classes, channels = 3, seed = 0, batchNorm = false, regularize }: VggGapOptions) {
    super();
    const places = new RegularizedPlaces(regularize);
    this.features = this.child('features', new Features(channels, batchNorm, places));
    this.stageStarts = this.features.pools.map((pool) => `features.${pool}`);
    this.conv6 = this.child('conv6', new Conv2d(512, 1024, 3, { padding: 1, bias: true }));
    this.addClassifier({ channels: 1024, classes, places });
    places.check('VGG-GAP');
    this.initialize(new Generator(seed));
  }

  lastMap(images: Tensor, onStage?: OnStage): Tensor {
    return this.conv6.forward(this.features.forward(images, onStage)).relu_();
  }
}
