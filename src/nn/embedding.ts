import { embedding, empty, type Generator, scope, type Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

export interface EmbeddingOptions {
  /**
   * The index that fills up short sequences, 0 .. count - 1: its vector starts as zeros and gets no gradient. Default: none.
   */
  paddingIndex?: number;
}

/**
 * A table of vectors: indices (int64 or int32, any shape [...]) to their rows of `weight` [count, dimension], as
 * [..., dimension]. Drawn from N(0, 1) as PyTorch does; zero until `initialize`.
 */
export class Embedding extends Module {
  readonly count: number;
  readonly dimension: number;
  readonly paddingIndex: number | null;
  readonly weight: Tensor;

  /**
   * @param count of indices, 0 .. count - 1: the words of a vocabulary
   * @param dimension length of each vector
   * @throws RangeError where paddingIndex is not one of the indices; `forward`, where one of its input is out of range, and
   *   TypeError where its input is not of whole numbers
   */
  constructor(count: number, dimension: number, { paddingIndex }: EmbeddingOptions = {}) {
    super();
    if (paddingIndex !== undefined && !(Number.isInteger(paddingIndex) && paddingIndex >= 0 && paddingIndex < count)) {
      throw new RangeError(`Embedding: expected paddingIndex to be an index, 0..${count - 1}, got ${paddingIndex}`);
    }
    this.count = count;
    this.dimension = dimension;
    this.paddingIndex = paddingIndex ?? null;
    this.weight = this.parameter('weight', empty([count, dimension]).zero_());
  }

  protected override initializeOwn(generator: Generator): void {
    this.weight.normal_({ generator });
    scope(() => {
      if (this.paddingIndex !== null) this.weight.select(0, this.paddingIndex).zero_();
    });
  }

  forward(indices: Tensor): Tensor {
    try {
      return embedding(this.weight, indices, this.paddingIndex === null ? {} : { paddingIdx: this.paddingIndex });
    } catch (error) {
      throw this.#explain(indices, error);
    }
  }

  #explain(indices: Tensor, cause: unknown): unknown {
    if (!['int64', 'int32'].includes(indices.dtype)) {
      return new TypeError(`embedding: expected indices of type int64 or int32, got ${indices.dtype}`, { cause });
    }
    // A GPU that was given a wrong index answers nothing more.
    if (indices.device !== 'cpu') return cause;
    const [lowest, highest] = scope(() => [indices.min().item(), indices.max().item()] as const);
    if (lowest >= 0 && highest < this.count) return cause;
    const wrong = lowest < 0 ? lowest : highest;
    return new RangeError(`embedding: expected indices in 0..${this.count - 1}, got ${wrong}`, { cause });
  }

  override describe(): string {
    const padding = this.paddingIndex === null ? '' : `, padding index ${this.paddingIndex}`;
    return `${this.count}, ${this.dimension}${padding}`;
  }
}
