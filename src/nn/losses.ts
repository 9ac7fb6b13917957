import { ShapeError, type Tensor } from '../torch/index.ts';

/**
 * Targets of a mixed batch: label `a` with weight `lambda`, label `b` with weight 1 - lambda. They stay apart until the
 * loss, so that no soft-label matrix is needed and accuracy can be weighted.
 */
export interface MixedTargets {
  /** int64 [N] */
  a: Tensor;
  /** int64 [N] */
  b: Tensor;
  /** float32 [N], in [0, 1] */
  lambda: Tensor;
}

/** Class indices (int64 [N]), soft labels (floating [N, classes], rows summing to 1), or mixed targets. */
export type ClassificationTargets = Tensor | MixedTargets;

export interface CrossEntropyOptions {
  /** Moves this share of every target to the uniform distribution, also under mixing. In [0, 1). Default 0. */
  labelSmoothing?: number;
  /** Default `'mean'` over the batch; `'none'` gives one loss a sample, [N]. */
  reduction?: 'mean' | 'none';
}

function pick(logProbabilities: Tensor, labels: Tensor): Tensor {
  return logProbabilities.gather(1, labels.unsqueeze(1)).squeeze(1);
}

function likelihood(logProbabilities: Tensor, targets: ClassificationTargets): Tensor {
  if ('lambda' in targets) {
    const own = pick(logProbabilities, targets.a);
    const partner = pick(logProbabilities, targets.b);
    return partner.add(own.sub(partner).mul(targets.lambda));
  }
  return targets.dtype === 'int64' ? pick(logProbabilities, targets) : logProbabilities.mul(targets).sum(1);
}

/**
 * Cross-entropy of `logits` [N, classes] with any kind of target, computed in float32 or wider. Linear in the target, so
 * lambda * CE(a) + (1 - lambda) * CE(b) equals CE of the mixed soft label (CutMix, section 3.1).
 */
export function crossEntropy(
  logits: Tensor,
  targets: ClassificationTargets,
  { labelSmoothing = 0, reduction = 'mean' }: CrossEntropyOptions = {},
): Tensor {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(`crossEntropy: expected labelSmoothing in [0, 1), got ${labelSmoothing}`);
  }
  const [batch, classes] = logits.shape;
  const first = 'lambda' in targets ? targets.a : targets;
  if (
    logits.shape.length !== 2 ||
    first.shape[0] !== batch ||
    (first.shape.length === 2 && first.shape[1] !== classes)
  ) {
    throw new ShapeError(
      `crossEntropy: expected logits [N, classes] with targets [N] or [N, classes], got [${logits.shape.join(', ')}] and [${first.shape.join(', ')}]`,
    );
  }
  const wide = logits.dtype === 'float64' ? 'float64' : 'float32';
  const logProbabilities = logits.logSoftmax(1, { dtype: wide });
  let score = likelihood(logProbabilities, targets);
  if (labelSmoothing > 0) {
    score = score.mul(1 - labelSmoothing).add(logProbabilities.mean([1]), { alpha: labelSmoothing });
  }
  return reduction === 'mean' ? score.mean().neg() : score.neg();
}
