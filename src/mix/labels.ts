import { checkPlanFits, entryOf, type MixPlan, type MixPlans, planList } from './plan.ts';

/** The labels of a mixed batch, kept apart until the loss: sample n is `lambda[n]` of a[n] and the rest of b[n]. */
export interface MixedLabels {
  /** [N], the samples' own labels. */
  a: Int32Array;
  /** [N], their partners' labels. */
  b: Int32Array;
  /** [N], the weight of `a`, 0 .. 1. Not the share of pixels: the plan's `labelWeight`. */
  lambda: Float32Array;
}

/** The plan that mixes the labels: erasing leaves them as they are. @throws where there are two */
export function labelPlan(plans: MixPlans): MixPlan | null {
  const [plan = null, second] = planList(plans).filter(({ how }) => how !== 'erase');
  if (plan && second) {
    throw new Error(
      `labels: expected at most one plan that mixes labels, got ${plan.method} and ${second.method}; ` +
        'draw one of them for each batch',
    );
  }
  return plan;
}

/**
 * The labels that belong to a batch mixed by `plans`; where they mix no labels each sample is wholly its own.
 *
 * @param labels N class indices, from 0 up
 * @throws where a label is none, or a plan is damaged or made for another number of samples
 */
export function mixLabels(labels: ArrayLike<number>, plans: MixPlans): MixedLabels {
  const a = Int32Array.from(labels);
  const wrong = a.findIndex((label, n) => label !== labels[n] || label < 0);
  if (wrong >= 0) throw new Error(`labels: expected whole numbers from 0 up, got ${labels[wrong]} for sample ${wrong}`);
  const plan = labelPlan(plans);
  if (plan === null) return { a, b: a.slice(), lambda: new Float32Array(a.length).fill(1) };
  checkPlan(a.length, plan);
  return {
    a,
    b: Int32Array.from(plan.permutation, (partner) => a[partner]!),
    lambda: Float32Array.from(plan.permutation, (_, n) => entryOf(plan.labelWeight, n)),
  };
}

/**
 * Mixed labels as one distribution over the classes for each sample, [N, classes]; every row sums to 1.
 *
 * @throws where a label is none of the classes, or a weight is not in 0..1
 */
export function softLabels({ a, b, lambda }: MixedLabels, classes: number): Float32Array {
  const soft = new Float32Array(a.length * classes);
  for (let n = 0; n < a.length; n++) {
    const wrong = [a[n], b[n]].find((label) => !(label! >= 0 && label! < classes));
    if (wrong !== undefined || b[n] === undefined) {
      throw new Error(`soft labels: expected labels in 0..${classes - 1}, got ${wrong} for sample ${n}`);
    }
    if (!(lambda[n]! >= 0 && lambda[n]! <= 1)) {
      throw new Error(`soft labels: expected weights in 0..1, got ${lambda[n]} for sample ${n}`);
    }
    soft[n * classes + a[n]!]! += lambda[n]!;
    soft[n * classes + b[n]!]! += 1 - lambda[n]!;
  }
  return soft;
}

/**
 * As `mixLabels`, for labels that are distributions over the classes already: one-hot, smoothed, or of a teacher.
 *
 * @param labels [N, classes], row after row
 * @returns [N, classes]; the input is left as it was
 */
export function mixSoftLabels(labels: Float32Array, classes: number, plans: MixPlans): Float32Array {
  const samples = labels.length / classes;
  if (!Number.isInteger(samples) || !Number.isInteger(classes) || classes < 1) {
    throw new Error(`soft labels: expected rows of ${classes} classes, got ${labels.length} values`);
  }
  const plan = labelPlan(plans);
  if (plan === null) return labels.slice();
  checkPlan(samples, plan);
  return labels.map((own, i) => {
    const n = Math.floor(i / classes);
    const partner = labels[i + (plan.permutation[n]! - n) * classes]!;
    const weight = entryOf(plan.labelWeight, n);
    return weight * own + (1 - weight) * partner;
  });
}

/** What a plan says of the images must be right too: it is one plan, and damaged as a whole. */
function checkPlan(labels: number, plan: MixPlan): void {
  if (Array.isArray(plan.permutation) && plan.permutation.length !== labels) {
    throw new Error(`labels: expected ${plan.permutation.length}, as many as the mix plan has samples, got ${labels}`);
  }
  checkPlanFits(plan, { batch: labels, height: plan.height, width: plan.width });
}
