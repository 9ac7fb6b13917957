/**
 * Inverted residual blocks (Sandler et al. 2018, MobileNetV2) with squeeze and excitation, under timm's names: what
 * MobileNetV3 and EfficientNet are made of.
 */
import { BatchNorm2d, type BatchNorm2dOptions, Conv2d, Hardswish, type Module, ReLU, Sequential, SiLU, SqueezeExcitation, type SqueezeExcitationOptions } from '../nn/index.ts'; // biome-ignore format: a list
import type { Tensor } from '../torch/index.ts';
import { type BlockRegularization, RegularizedBlock } from './regularized-block.ts';
import type { RegularizedPlaces } from './regularized-places.ts';

/** The activations of these networks. */
export const activations = { relu: ReLU, hardswish: Hardswish, silu: SiLU };

export interface MobileBlockShape {
  kernel: number;
  stride: number;
  /** Channels of the depthwise convolution. Where no more come in, no layer widens. */
  expanded: number;
  outChannels: number;
  /** Channels between the two layers of squeeze and excitation; null for none. */
  squeezed: number | null;
  activation: keyof typeof activations;
}

/** What all blocks of a network have in common. */
export interface MobileStyle {
  squeezeExcitation: SqueezeExcitationOptions;
  batchNorm?: BatchNorm2dOptions;
}

interface MobileBlockOptions extends MobileBlockShape, MobileStyle, BlockRegularization {
  inChannels: number;
}

const keepsShape = ({ stride, inChannels, outChannels }: { stride: number; inChannels: number; outChannels: number }) =>
  stride === 1 && inChannels === outChannels;

/** 1x1 up, depthwise, squeeze and excitation, 1x1 down without activation; a shortcut where the shape stays. */
class MobileBlock extends RegularizedBlock {
  readonly layers: readonly { name: string; convolution: Conv2d; normalization: BatchNorm2d }[];
  readonly se: SqueezeExcitation | null;
  readonly #activation: Module;
  readonly #hasShortcut: boolean;

  constructor(options: MobileBlockOptions) {
    super(options);
    const { inChannels, expanded, outChannels, kernel, stride, squeezed, activation } = options;
    const widens = expanded !== inChannels;
    const depthwise = new Conv2d(expanded, expanded, kernel, { stride, padding: (kernel - 1) / 2, groups: expanded });
    const convolutions: Record<string, Conv2d> = {
      ...(widens ? { conv_pw: new Conv2d(inChannels, expanded, 1) } : {}),
      conv_dw: depthwise,
      [widens ? 'conv_pwl' : 'conv_pw']: new Conv2d(expanded, outChannels, 1),
    };
    this.layers = Object.entries(convolutions).map(([name, convolution], index) => ({
      name,
      convolution: this.child(name, convolution),
      normalization: this.child(`bn${index + 1}`, new BatchNorm2d(convolution.outChannels, options.batchNorm)),
    }));
    this.se =
      squeezed === null ? null : this.child('se', new SqueezeExcitation(expanded, squeezed, options.squeezeExcitation));
    this.#activation = new activations[activation]();
    this.#hasShortcut = keepsShape(options);
  }

  forward(input: Tensor): Tensor {
    return this.#hasShortcut ? this.sum(input, input) : this.branch(input);
  }

  protected branch(input: Tensor): Tensor {
    const last = this.layers.length - 1;
    return this.layers.reduce((map, { convolution, normalization }, index) => {
      const read = index === last && this.se ? this.se.forward(map) : map;
      const made = this.normalized(convolution, normalization, read);
      return index === last ? made : this.#activation.forward(made);
    }, input);
  }

  /** torchvision's names of its parts, which it numbers through, to its own. */
  publishedNames(theirs: string, own: string): [string, string][] {
    const last = this.layers.length - 1;
    const layers = this.layers.flatMap(({ name }, index): [string, string][] => {
      const place = `${theirs}.block.${index === last && this.se ? index + 1 : index}`;
      return [
        [`${place}.0`, `${own}.${name}`],
        [`${place}.1`, `${own}.bn${index + 1}`],
      ];
    });
    if (!this.se) return layers;
    const squeeze = ['fc1', 'fc2'].map((name) => `${theirs}.block.${last}.${name}`);
    const parts = ['conv_reduce', 'conv_expand'].map((name) => `${own}.se.${name}`);
    return [...layers, ...squeeze.map((name, index): [string, string] => [name, parts[index] ?? ''])];
  }
}

export interface MobileStagesOptions extends MobileStyle {
  inChannels: number;
  /** The blocks of each stage. */
  stages: readonly (readonly MobileBlockShape[])[];
  places: RegularizedPlaces;
}

/** Stages of blocks, each as wide as the one before it left off. */
export class MobileStages extends Sequential {
  readonly stages: readonly (readonly MobileBlock[])[];

  constructor({ inChannels, stages, places, ...style }: MobileStagesOptions) {
    const count = stages.reduce((sum, shapes) => sum + shapes.length, 0);
    let [channels, index] = [inChannels, 0];
    const blocks = stages.map((shapes, stage) =>
      shapes.map((shape) => {
        index++;
        const all = { ...shape, ...style, inChannels: channels };
        channels = shape.outChannels;
        const gate = keepsShape(all) ? places.residual(index, count) : null;
        return new MobileBlock({ ...all, gate, onMap: places.map(stage + 1, stages.length) });
      }),
    );
    super(...blocks.map((parts) => new Sequential(...parts)));
    this.stages = blocks;
  }

  /** @param theirs torchvision's name of block `block`, from 0, of stage `stage`, from 0; `index` counts through all stages */
  publishedNames(theirs: (stage: number, block: number, index: number) => string): [string, string][] {
    let index = 0;
    return this.stages.flatMap((blocks, stage) =>
      blocks.flatMap((block, place) => block.publishedNames(theirs(stage, place, index++), `blocks.${stage}.${place}`)),
    );
  }
}
