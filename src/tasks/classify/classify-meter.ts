import { rankOf } from '../../metrics/index.ts';
import { crossEntropy } from '../../nn/index.ts';
import type { Tensor } from '../../torch/index.ts';
import type { Meter } from '../task.ts';

/** A batch as a classifier takes it. */
export interface ClassifyInput {
  /** [N, C, H, W], normalized. */
  images: Tensor;
  /** N class indices. */
  labels: Int32Array;
  /** The same as a tensor, int64 [N], on the runtime's device. */
  targets: Tensor;
}

interface Counts {
  samples: number;
  loss: number;
  wrong1: number;
  wrong5: number;
}

/**
 * Means over every image exactly once: `valLoss` (cross-entropy), `top1Error` and `top5Error`, fractions in 0..1. The rank
 * of the true class decides: the classes with larger logits, and of those with equal ones the lower ones, come before it.
 */
export class ClassifyMeter implements Meter<ClassifyInput, Tensor> {
  readonly #counts: Counts = { samples: 0, loss: 0, wrong1: 0, wrong5: 0 };

  add({ labels, targets }: ClassifyInput, logits: Tensor): void {
    const [scores, [, classes = 0]] = [logits.data('float32'), logits.shape];
    const ranks = Array.from(labels, (label, n) => rankOf(scores, classes, n, label));
    const loss = crossEntropy(logits, targets).item();
    this.merge({
      samples: labels.length,
      loss: loss * labels.length,
      wrong1: ranks.filter((rank) => rank >= 1).length,
      wrong5: ranks.filter((rank) => rank >= 5).length,
    });
  }

  merge(other: Counts): void {
    for (const name of ['samples', 'loss', 'wrong1', 'wrong5'] as const) this.#counts[name] += other[name];
  }

  state(): Counts {
    return { ...this.#counts };
  }

  result(): Record<'valLoss' | 'top1Error' | 'top5Error', number> {
    const { samples, loss, wrong1, wrong5 } = this.#counts;
    return { valLoss: loss / samples, top1Error: wrong1 / samples, top5Error: wrong5 / samples };
  }
}
