import { entryOf, type MixPlan } from './plan.ts';

/** The labels of a mixed batch, kept apart until the loss: sample n is `lambda[n]` of a[n] and the rest of b[n]. */
export interface MixedLabels {
  /** [N], the samples' own labels. */
  a: Int32Array;
  /** [N], their partners' labels. */
  b: Int32Array;
  /** [N], the weight of `a`, 0 .. 1. Not the share of pixels: the plan's `labelWeight`. */
  lambda: Float32Array;
}

/**
 * The labels that belong to a batch mixed by `plan`; without a plan each sample is wholly its own.
 *
 * @param labels N class indices, from 0 up
 */
export function mixLabels(labels: ArrayLike<number>, plan: MixPlan | null): MixedLabels {
  const a = Int32Array.from(labels);
  const wrong = a.findIndex((label, n) => label !== labels[n] || label < 0);
  if (wrong >= 0) throw new Error(`labels: expected whole numbers from 0 up, got ${labels[wrong]} for sample ${wrong}`);
  if (plan === null) return { a, b: a.slice(), lambda: new Float32Array(a.length).fill(1) };
  if (plan.permutation.length !== a.length) {
    throw new Error(
      `labels: expected ${plan.permutation.length}, as many as the mix plan has samples, got ${a.length}`,
    );
  }
  return {
    a,
    b: Int32Array.from(plan.permutation, (partner) => a[partner]!),
    lambda: Float32Array.from(plan.permutation, (_, n) => entryOf(plan.labelWeight, n)),
  };
}

/** Mixed labels as one distribution over the classes for each sample, [N, classes]; every row sums to 1. */
export function softLabels({ a, b, lambda }: MixedLabels, classes: number): Float32Array {
  const soft = new Float32Array(a.length * classes);
  for (let n = 0; n < a.length; n++) {
    const highest = Math.max(a[n]!, b[n]!);
    if (highest >= classes) {
      throw new Error(`soft labels: expected labels in 0..${classes - 1}, got ${highest} for sample ${n}`);
    }
    soft[n * classes + a[n]!]! += lambda[n]!;
    soft[n * classes + b[n]!]! += 1 - lambda[n]!;
  }
  return soft;
}
