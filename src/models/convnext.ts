/**
 * ConvNeXt-Tiny (Liu et al. 2022, A ConvNet for the 2020s), under the parameter names of timm's `convnext_tiny`: a 4x4
 * stem of stride 4, four stages of 3, 3, 9 and 3 blocks at 96 to 768 channels with a 2x2 convolution of stride 2 between
 * them, the mean over the map, a layer normalization and the classifier. Each block is a 7x7 depthwise convolution, a layer
 * normalization over the channels and two linear layers with the exact GELU, scaled by `gamma`, which starts at 1e-6.
 *
 * timm's and torchvision's are the same network under other names; layer normalizations have epsilon 1e-6 in both.
 * torchvision keeps the scale as [C, 1, 1] and trains with stochastic depth of 0.1, as the paper does; timm's network has
 * none unless told, and neither has this (`--regularize stochastic-depth:rate=0.1,granularity=sample,rule=drop-path`). Initial weights are
 * drawn as both do ({@link drawNarrow}).
 *
 * The normalization after the mean is not linear, so there are no class activation maps, but Grad-CAM.
 */
import { Conv2d, GlobalAvgPool2d, LayerNorm, LayerNorm2d, Mlp, Module, type ResidualGate, Sequential } from '../nn/index.ts'; // biome-ignore format: a list
import { full, Generator, type Tensor } from '../torch/index.ts';
import { ClassifierModel } from './classifier-model.ts';
import type { ModelOptions, OnStage } from './image-model.ts';
import { drawNarrow } from './initial-weights.ts';
import { RegularizedBlock } from './regularized-block.ts';
import { RegularizedPlaces } from './regularized-places.ts';

const epsilon = 1e-6;

class Block extends RegularizedBlock {
  readonly gamma: Tensor;
  readonly conv_dw: Conv2d;
  readonly norm: LayerNorm;
  readonly mlp: Mlp;

  constructor(width: number, gate: ResidualGate | null) {
    super({ gate, onMap: null });
    this.gamma = this.parameter('gamma', full([width], 1e-6));
    this.conv_dw = this.child('conv_dw', new Conv2d(width, width, 7, { padding: 3, groups: width, bias: true }));
    this.norm = this.child('norm', new LayerNorm(width, { epsilon }));
    this.mlp = this.child('mlp', new Mlp(width, 4 * width));
  }

  forward(input: Tensor): Tensor {
    return this.sum(input, input);
  }

  protected branch(input: Tensor): Tensor {
    const places = this.conv_dw.forward(input).permute([0, 2, 3, 1]);
    return this.mlp.forward(this.norm.forward(places)).mul(this.gamma).permute([0, 3, 1, 2]);
  }
}

class Stage extends Module {
  readonly downsample: Sequential | null;
  readonly blocks: Sequential;

  constructor(inChannels: number, width: number, gates: readonly (ResidualGate | null)[]) {
    super();
    const narrower = () =>
      new Sequential(
        new LayerNorm2d(inChannels, { epsilon }),
        new Conv2d(inChannels, width, 2, { stride: 2, bias: true }),
      );
    this.downsample = inChannels === width ? null : this.child('downsample', narrower());
    this.blocks = this.child('blocks', new Sequential(...gates.map((gate) => new Block(width, gate))));
  }

  forward(input: Tensor): Tensor {
    return this.blocks.forward(this.downsample ? this.downsample.forward(input) : input);
  }
}

export interface ConvNeXtOptions extends ModelOptions {
  /** Blocks of each stage. Default: ConvNeXt-Tiny's. */
  blocks?: readonly number[];
  /** Channels of each stage, as many as there are stages; no two neighbors alike. Default: ConvNeXt-Tiny's. */
  widths?: readonly number[];
}

/**
 * Images [N, channels, H, W] of at least 32x32 to logits [N, classes]. Its hidden maps are the stem's and each stage's.
 *
 * @throws Error where a regularizer finds no place in it: one of maps after a batch normalization
 */
export class ConvNeXt extends ClassifierModel {
  readonly stageStarts: readonly string[];
  readonly stem: Sequential;
  readonly stages: Sequential;
  readonly #pool = new GlobalAvgPool2d();
  readonly norm: LayerNorm;

  constructor({
    blocks = [3, 3, 9, 3],
    widths = [96, 192, 384, 768],
    classes,
    channels = 3,
    seed = 0,
    regularize,
  }: ConvNeXtOptions) {
    super();
    const places = new RegularizedPlaces(regularize);
    const count = blocks.reduce((sum, each) => sum + each, 0);
    let inChannels = widths[0] ?? 0;
    this.stem = this.child(
      'stem',
      new Sequential(
        new Conv2d(channels, inChannels, 4, { stride: 4, bias: true }),
        new LayerNorm2d(inChannels, { epsilon }),
      ),
    );
    let index = 0;
    const stages = widths.map((width, stage) => {
      const gates = Array.from({ length: blocks[stage] ?? 0 }, () => places.residual(++index, count));
      const made = new Stage(inChannels, width, gates);
      inChannels = width;
      return made;
    });
    this.stages = this.child('stages', new Sequential(...stages));
    this.stageStarts = stages.map((_, stage) => `stages.${stage}`);
    this.norm = this.child('head.norm', new LayerNorm(inChannels, { epsilon }));
    this.addClassifier({ channels: inChannels, classes, places });
    places.check('ConvNeXt');
    this.initialize(new Generator(seed));
  }

  override initialize(generator: Generator): this {
    drawNarrow(this, generator);
    return this;
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    let map = onStage(this.stem.forward(images), 1);
    this.stages.parts.forEach((stage, index) => {
      map = onStage(stage.forward(map), index + 2);
    });
    return this.logitsOf(this.norm.forward(this.#pool.forward(map)));
  }

  publishedNames(): ReadonlyMap<string, string> {
    // torchvision numbers stem, stages and what is between them through.
    const stages = this.stages.parts.flatMap((part, stage): [string, string][] => {
      const blocks = [...(part as Stage).blocks.parts.keys()].flatMap((block): [string, string][] => {
        const [theirs, own] = [`features.${2 * stage + 1}.${block}`, `stages.${stage}.blocks.${block}`];
        return [
          [`${theirs}.layer_scale`, `${own}.gamma`],
          [`${theirs}.block.0`, `${own}.conv_dw`],
          [`${theirs}.block.2`, `${own}.norm`],
          [`${theirs}.block.3`, `${own}.mlp.fc1`],
          [`${theirs}.block.5`, `${own}.mlp.fc2`],
        ];
      });
      const between = [0, 1].map((place): [string, string] => [
        `features.${2 * stage}.${place}`,
        stage === 0 ? `stem.${place}` : `stages.${stage}.downsample.${place}`,
      ]);
      return [...between, ...blocks];
    });
    return new Map([...stages, ['classifier.0', 'head.norm'], ['classifier.2', 'fc'], ['head.fc', 'fc']]);
  }
}
