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
  /**
   * What each class's share of a target counts, floating [classes]: PyTorch's `weight` with soft labels, whose mean is over
   * the samples. Default: 1 for all.
   */
  classWeights?: Tensor | undefined;
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

/** Refuses targets of another shape or kind: most of them would broadcast to a wrong loss in silence. */
function checkTargets(logits: Tensor, targets: ClassificationTargets): void {
  const [batch, classes] = logits.shape;
  const say = (tensor: Tensor) => `${tensor.dtype}[${tensor.shape.join(', ')}]`;
  const isLabels = (tensor: Tensor) => tensor.dtype === 'int64' && tensor.shape.join() === `${batch}`;
  const isSoft = (tensor: Tensor) => tensor.dtype.includes('float') && tensor.shape.join() === `${batch},${classes}`;
  if ('lambda' in targets) {
    const { a, b, lambda } = targets;
    if (isLabels(a) && isLabels(b) && lambda.dtype.includes('float') && lambda.shape.join() === `${batch}`) return;
    throw new ShapeError(
      `crossEntropy: expected mixed targets a and b int64 [${batch}] and lambda floating [${batch}], got ${say(a)}, ${say(b)} and ${say(lambda)}`,
    );
  }
  if (isLabels(targets) || isSoft(targets)) return;
  throw new ShapeError(
    `crossEntropy: expected targets int64 [${batch}] or floating [${batch}, ${classes}], got ${say(targets)}`,
  );
}

/**
 * Cross-entropy of `logits` [N, classes] with any kind of target, computed in float32 or wider: one number (in nats), or [N]
 * with `reduction: 'none'`. Linear in the target, so lambda * CE(a) + (1 - lambda) * CE(b) equals CE of the mixed soft label
 * (CutMix, section 3.1).
 *
 * @throws RangeError where labelSmoothing is not in [0, 1); ShapeError where the logits or the targets have another shape or
 *   type
 */
export function crossEntropy(
  logits: Tensor,
  targets: ClassificationTargets,
  { labelSmoothing = 0, classWeights, reduction = 'mean' }: CrossEntropyOptions = {},
): Tensor {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new RangeError(`crossEntropy: expected labelSmoothing in [0, 1), got ${labelSmoothing}`);
  }
  if (logits.shape.length !== 2) {
    throw new ShapeError(`crossEntropy: expected logits [N, classes], got [${logits.shape.join(', ')}]`);
  }
  checkTargets(logits, targets);
  const wide = logits.dtype === 'float64' ? 'float64' : 'float32';
  if (classWeights !== undefined && classWeights.shape.join() !== `${logits.shape[1]}`) {
    throw new ShapeError(
      `crossEntropy: expected classWeights [${logits.shape[1]}], got [${classWeights.shape.join(', ')}]`,
    );
  }
  const unweighted = logits.logSoftmax(1, { dtype: wide });
  const logProbabilities = classWeights === undefined ? unweighted : unweighted.mul(classWeights);
  let score = likelihood(logProbabilities, targets);
  if (labelSmoothing > 0) {
    score = score.mul(1 - labelSmoothing).add(logProbabilities.mean([1]), { alpha: labelSmoothing });
  }
  return reduction === 'mean' ? score.mean().neg() : score.neg();
}
