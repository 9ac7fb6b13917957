/** Several methods: one drawn for each batch, or one after the other. */
import { boxArea } from '../geometry/index.ts';
import type { RandomStream } from '../random/index.ts';
import { gridsOf } from './mixer.ts';
import { type BatchShape, entryOf, type Mixer, type MixPlan } from './plan.ts';

/** Draws one of the methods for each batch, all with the same chance. One alone is itself. */
export function oneOf(mixers: readonly Mixer[]): Mixer {
  const [only] = mixers;
  if (!only) throw new Error('oneOf: expected at least one method, got none');
  if (mixers.length === 1) return only;
  return {
    method: mixers.map(({ method }) => method).join('+'),
    text: mixers.map(({ text }) => text).join('+'),
    mixesLabels: mixers.some(({ mixesLabels }) => mixesLabels),
    stages: [...new Set(mixers.flatMap(({ stages }) => stages))],
    sample(shape, random, progress) {
      // The one that is drawn looks at its own places only.
      for (const { method, stages } of mixers) gridsOf(method, stages, shape);
      return mixers[random.integer(mixers.length)]!.sample(shape, random, progress);
    },
  };
}

/**
 * The plans of one batch, to be applied in turn: of each method one, unless it is not applied or leaves the batch as it
 * was.
 *
 * @param progress how much of the training is done, 0 .. 1
 */
export function sampleMix(mixers: readonly Mixer[], shape: BatchShape, random: RandomStream, progress = 0): MixPlan[] {
  return mixers.flatMap((mixer) => {
    const plan = mixer.sample(shape, random, progress);
    return plan && changesBatch(plan) ? [plan] : [];
  });
}

function changesBatch(plan: MixPlan): boolean {
  return plan.permutation.some((partner, n) => {
    const isEmpty = boxArea(entryOf(plan.boxes, n)) === 0;
    if (plan.how === 'erase') return !isEmpty;
    const isOwn = isEmpty || (plan.how === 'blend' && entryOf(plan.lambda, n) === 1);
    return partner !== n && !(isOwn && entryOf(plan.labelWeight, n) === 1);
  });
}
