import { callOperator, ShapeError, type Tensor, version } from '../torch/index.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';

/**
 * Multi-head self-attention (Vaswani et al. 2017, Attention Is All You Need, section 3.2) under timm's names: `qkv` makes
 * queries, keys and values in one layer, in this order, each `width` wide; `proj` reads what the heads found. Each head
 * sees width / heads of the channels; logits are divided by the root of that. [N, tokens, width] to the same.
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
    const found = attend(joined.select(0, 0), joined.select(0, 1), joined.select(0, 2));
    return this.proj.forward(found.transpose(1, 2).reshape([batch, tokens, width]));
  }

  override describe(): string {
    return `${this.qkv.inFeatures}, ${this.heads} heads`;
  }
}

const hasFused = () => Number.parseInt(version(), 10) >= 2;

/**
 * softmax(queries keys^T / root of the channels) values, each [N, heads, tokens, channels]. LibTorch 2 has one operator for
 * it, which took a third of the time in float32; of bf16 on a processor it took twice that of the plain ones (197 tokens).
 */
function attend(queries: Tensor, keys: Tensor, values: Tensor): Tensor {
  const isSlow = queries.dtype === 'bfloat16' && queries.device === 'cpu';
  if (hasFused() && !isSlow) return callOperator<Tensor>('aten::scaled_dot_product_attention', queries, keys, values);
  const logits = queries.mul((queries.shape.at(-1) ?? 1) ** -0.5).matmul(keys.transpose(2, 3));
  return logits.softmax(3).matmul(values);
}
