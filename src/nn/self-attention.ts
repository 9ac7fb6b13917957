import { ShapeError, type Tensor } from '../torch/index.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';

/**
 * Multi-head self-attention (Vaswani et al. 2017, Attention Is All You Need, section 3.2) under timm's names: `qkv` makes
 * queries, keys and values in one layer, in this order, each `width` wide; `proj` reads what the heads found. Each head
 * sees width / heads of the channels; logits are divided by the root of that. [N, tokens, width] to the same.
 *
 * Plain operators: LibTorch 1.13 has no fused attention that is differentiable.
 */
export class SelfAttention extends Module {
  readonly heads: number;
  readonly qkv: Linear;
  readonly proj: Linear;

  /** @throws ShapeError where the heads do not divide the width */
  constructor(width: number, heads: number) {
    super();
    if (width % heads !== 0) throw new ShapeError(`SelfAttention: ${heads} heads do not divide a width of ${width}`);
    this.heads = heads;
    this.qkv = this.child('qkv', new Linear(width, 3 * width));
    this.proj = this.child('proj', new Linear(width, width));
  }

  forward(input: Tensor): Tensor {
    const [batch = 1, tokens = 1, width = 1] = input.shape;
    const each = width / this.heads;
    const joined = this.qkv.forward(input).view([batch, tokens, 3, this.heads, each]).permute([2, 0, 3, 1, 4]);
    const part = (index: number) => joined.select(0, index);
    const logits = part(0)
      .mul(each ** -0.5)
      .matmul(part(1).transpose(2, 3));
    const found = logits.softmax(3).matmul(part(2));
    return this.proj.forward(found.transpose(1, 2).reshape([batch, tokens, width]));
  }

  override describe(): string {
    return `${this.qkv.inFeatures}, ${this.heads} heads`;
  }
}
