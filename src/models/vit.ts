/**
 * Vision transformers (Dosovitskiy et al. 2021, An Image is Worth 16x16 Words) that read patches of 16x16 pixels, under the
 * parameter names of timm's `vit_small_patch16_224` and `vit_base_patch16_224`; DeiT's (Touvron et al. 2021) are the same
 * networks, S/16 is of that paper. A class token stands before the patches, positions are learned, layers are normalized
 * before they act (epsilon 1e-6), the GELU is exact, and the classifier reads the class token after a last normalization.
 *
 * timm's and torchvision's B/16 are the same network under other names. They differ in how positions are fitted to
 * pictures of another size than they were learned for. Here it is timm's `resample_abs_pos_embed`: bicubic with
 * antialiasing (Keys' a = -0.5), at each forward pass, as with its `dynamic_img_size`; the weights stay those of `pictures`.
 * torchvision's `interpolate_embeddings` aligns corners and has none. Stochastic depth and dropout are 0 in both unless
 * told, and here (DeiT's is `--regularize stochastic-depth:rate=0.1,granularity=sample,rule=drop-path`). Initial weights are
 * drawn as timm does: linear layers and positions from N(0, 0.02), the class token from N(0, 1e-6), the patches'
 * convolution by PyTorch's default.
 *
 * It has no stages. Its hidden maps are the patches with their positions, their tokens after each quarter of the blocks, and
 * last those that enter the last block, where Grad-CAM looks: behind it the class token alone is read. The class token is
 * in no map: hidden-level mixing at the first one mixes all that there is, later the patches alone.
 */
import { Conv2d, LayerNorm, Mlp, Module, type ResidualGate, SelfAttention, Sequential, uniformFanIn } from '../nn/index.ts'; // biome-ignore format: a list
import { cat, Generator, noGrad, ShapeError, scope, type Tensor, upsampleBicubic2dAa, zeros } from '../torch/index.ts'; // biome-ignore format: a list
import { ClassifierModel } from './classifier-model.ts';
import type { ModelOptions, OnStage } from './image-model.ts';
import { drawNarrow } from './initial-weights.ts';
import { residualSum } from './regularized-block.ts';
import { RegularizedPlaces } from './regularized-places.ts';

const patch = 16;
const epsilon = 1e-6;

interface BlockOptions {
  width: number;
  heads: number;
  /** Of the two branches, which stochastic depth leaves out one by one. */
  gates: readonly [ResidualGate | null, ResidualGate | null];
}

class Block extends Module {
  readonly norm1: LayerNorm;
  readonly attn: SelfAttention;
  readonly norm2: LayerNorm;
  readonly mlp: Mlp;
  readonly #gates: BlockOptions['gates'];

  constructor({ width, heads, gates }: BlockOptions) {
    super();
    this.norm1 = this.child('norm1', new LayerNorm(width, { epsilon }));
    this.attn = this.child('attn', new SelfAttention(width, heads));
    this.norm2 = this.child('norm2', new LayerNorm(width, { epsilon }));
    this.mlp = this.child('mlp', new Mlp(width, 4 * width));
    this.#gates = gates;
    for (const [index, gate] of gates.entries()) if (gate) this.child(`gate${index + 1}`, gate);
  }

  forward(tokens: Tensor): Tensor {
    const [first, second] = this.#gates;
    const attended = residualSum(first, tokens, () => this.attn.forward(this.norm1.forward(tokens)));
    return residualSum(second, attended, () => this.mlp.forward(this.norm2.forward(attended)));
  }
}

export interface VisionTransformerOptions extends ModelOptions {
  /** Channels of a token. */
  width: number;
  /** Of the attention; they divide the width. */
  heads: number;
  /** Blocks, at least 1. Default 12. */
  depth?: number;
  /** Side of the square pictures that the positions are for, a multiple of 16. Default 224; others are interpolated. */
  pictures?: number;
}

/**
 * Images [N, channels, H, W], H and W multiples of 16, to logits [N, classes].
 *
 * @throws ShapeError where the heads do not divide the width, 16 not the side of the pictures, or, from `forward`, of the
 *   images; Error where a regularizer finds no place in it: one of maps after a batch normalization
 */
export class VisionTransformer extends ClassifierModel {
  readonly stageStarts: readonly string[];
  readonly cls_token: Tensor;
  readonly pos_embed: Tensor;
  readonly patches: Conv2d;
  readonly blocks: Sequential;
  readonly norm: LayerNorm;
  readonly #grid: number;

  constructor({
    width,
    heads,
    depth = 12,
    pictures = 224,
    classes,
    channels = 3,
    seed = 0,
    regularize,
  }: VisionTransformerOptions) {
    super();
    checkSides([pictures, pictures]);
    const places = new RegularizedPlaces(regularize);
    this.#grid = pictures / patch;
    this.cls_token = this.parameter('cls_token', zeros([1, 1, width]));
    this.pos_embed = this.parameter('pos_embed', zeros([1, this.#grid ** 2 + 1, width]));
    this.patches = this.child('patch_embed.proj', new Conv2d(channels, width, patch, { stride: patch, bias: true }));
    const blocks = Array.from({ length: depth }, (_, index) => {
      const gate = () => places.residual(index + 1, depth);
      return new Block({ width, heads, gates: [gate(), gate()] });
    });
    this.blocks = this.child('blocks', new Sequential(...blocks));
    this.stageStarts = blocks.map((_, index) => `blocks.${index}`);
    this.norm = this.child('norm', new LayerNorm(width, { epsilon }));
    this.addClassifier({ channels: width, classes, places });
    places.check('ViT');
    this.initialize(new Generator(seed));
  }

  override initialize(generator: Generator): this {
    drawNarrow(this, generator);
    noGrad(() => {
      const { weight, bias, inChannels } = this.patches;
      for (const values of [weight, bias]) if (values) uniformFanIn(values, inChannels * patch * patch, generator);
      this.pos_embed.normal_({ std: 0.02, generator });
      this.cls_token.normal_({ std: 1e-6, generator });
    });
    return this;
  }

  forward(images: Tensor, onStage: OnStage = (map) => map): Tensor {
    checkSides(images.shape.slice(2));
    const embedded = this.patches.forward(images);
    const grid = embedded.shape.slice(2);
    const { first, others } = this.#positions(grid);
    const map = onStage(embedded.add(others), 1);
    const start = this.cls_token.add(first).expand([map.shape[0] ?? 1, -1, -1]);
    let tokens = joined(start, map);
    const depth = this.blocks.parts.length;
    const quarters = [1, 2, 3].map((quarter) => Math.floor((depth * quarter) / 4));
    const stages = [...new Set([...quarters, depth - 1])].filter((place) => place > 0);
    this.blocks.parts.forEach((block, index) => {
      const before = tokens;
      tokens = scope(() => block.forward(before));
      const stage = stages.indexOf(index + 1);
      if (stage !== -1) tokens = shownPatches(tokens, grid, (patches) => onStage(patches, stage + 2));
    });
    return this.logitsOf(this.norm.forward(tokens.select(1, 0)));
  }

  /** Positions: the class token's [1, 1, width], and the patches' as a map [1, width, h, w] of the grid given. */
  #positions(grid: readonly number[]): { first: Tensor; others: Tensor } {
    const [side, width] = [this.#grid, this.patches.outChannels];
    const map = this.pos_embed
      .narrow(1, 1, side * side)
      .transpose(1, 2)
      .view([1, width, side, side]);
    const fits = grid.every((length) => length === side);
    const first = this.pos_embed.narrow(1, 0, 1);
    return { first, others: fits ? map : upsampleBicubic2dAa(map.contiguous(), grid, false) };
  }

  publishedNames(): ReadonlyMap<string, string> {
    const blocks = [...this.blocks.parts.keys()].flatMap((index): [string, string][] => {
      const [theirs, own] = [`encoder.layers.encoder_layer_${index}`, `blocks.${index}`];
      return [
        [`${theirs}.ln_1`, `${own}.norm1`],
        [`${theirs}.self_attention.in_proj_weight`, `${own}.attn.qkv.weight`],
        [`${theirs}.self_attention.in_proj_bias`, `${own}.attn.qkv.bias`],
        [`${theirs}.self_attention.out_proj`, `${own}.attn.proj`],
        [`${theirs}.ln_2`, `${own}.norm2`],
        // `linear_1` and `linear_2` in torchvision's first files.
        ...['mlp.0', 'mlp.linear_1'].map((name): [string, string] => [`${theirs}.${name}`, `${own}.mlp.fc1`]),
        ...['mlp.3', 'mlp.linear_2'].map((name): [string, string] => [`${theirs}.${name}`, `${own}.mlp.fc2`]),
      ];
    });
    return new Map([
      ['class_token', 'cls_token'],
      ['encoder.pos_embedding', 'pos_embed'],
      ['conv_proj', 'patch_embed.proj'],
      ...blocks,
      ['encoder.ln', 'norm'],
      ['heads.head', 'fc'],
      ['head', 'fc'],
    ]);
  }
}

function checkSides(sides: readonly number[]): void {
  if (sides.length === 2 && sides.every((side) => side > 0 && side % patch === 0)) return;
  const given = sides.length === 2 ? sides.join(' x ') : `${sides.length} sides`;
  throw new ShapeError(`ViT: expected pictures whose height and width are multiples of ${patch}, got ${given}`);
}

/** A first token and those of a map, row by row: [N, 1 + h * w, width]. */
function joined(first: Tensor, map: Tensor): Tensor {
  return cat([first, map.flatten({ startDim: 2 }).transpose(1, 2)], { dim: 1 });
}

/** The tokens, after the patches among them were shown as a map and perhaps replaced. */
function shownPatches(tokens: Tensor, grid: readonly number[], show: (map: Tensor) => Tensor): Tensor {
  const [batch = 1, count = 1, width = 1] = tokens.shape;
  const map = tokens
    .narrow(1, 1, count - 1)
    .transpose(1, 2)
    .view([batch, width, ...grid]);
  const shown = show(map);
  return shown === map ? tokens : joined(tokens.narrow(1, 0, 1), shown);
}
