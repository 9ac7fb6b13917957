import { checkNotNegative, checkPositive } from './check-numbers.ts';

/**
 * A learning rate over a training: a pure function of where it is, so that a resumed run needs no state. `epoch` counts from 0
 * and may be a fraction (epoch 2.5 is the middle of the third).
 */
export type Schedule = (epoch: number) => number;

export interface MilestonesOptions {
  /** Epochs at which the rate is multiplied by `factor`, in any order; each at least 0, fractions allowed. */
  milestones: readonly number[];
  /** Above 0. Default 0.1. */
  factor?: number;
}

/**
 * `rate`, times `factor` for each milestone passed. The paper: 0.25 with milestones 150 and 225 of 300 (section 4.1.2).
 *
 * @param rate at least 0
 * @throws RangeError where a number is out of range
 */
export function milestones(rate: number, { milestones, factor = 0.1 }: MilestonesOptions): Schedule {
  checkNotNegative('milestones', 'rate', rate);
  for (const milestone of milestones) checkNotNegative('milestones', 'each milestone', milestone);
  checkPositive('milestones', 'factor', factor);
  return (epoch) => rate * factor ** milestones.filter((milestone) => epoch >= milestone).length;
}

export interface CosineOptions {
  /** Length of the training, above 0; the rate stays at `final` afterwards. */
  epochs: number;
  /** The rate at its end, at least 0. Default 0. */
  final?: number;
}

/**
 * Half a cosine from `rate` at epoch 0 to `final` at `epochs` (Loshchilov and Hutter 2017, without restarts).
 *
 * @param rate at least 0
 * @throws RangeError where a number is out of range
 */
export function cosine(rate: number, { epochs, final = 0 }: CosineOptions): Schedule {
  checkNotNegative('cosine', 'rate', rate);
  checkPositive('cosine', 'epochs', epochs);
  checkNotNegative('cosine', 'final', final);
  return (epoch) => final + ((rate - final) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)))) / 2;
}

/** `rate` throughout. @param rate at least 0 @throws RangeError where it is not */
export function constant(rate: number): Schedule {
  checkNotNegative('constant', 'rate', rate);
  return () => rate;
}

export interface WarmupOptions {
  /** How long the rise takes, at least 0; a fraction is allowed. */
  epochs: number;
}

/**
 * Rises linearly from 0 to the schedule's own value over the first `epochs` (Goyal et al. 2017), then follows it.
 *
 * @throws RangeError where epochs is negative
 */
export function warmup(schedule: Schedule, { epochs }: WarmupOptions): Schedule {
  checkNotNegative('warmup', 'epochs', epochs);
  return (epoch) => (epoch < epochs ? (schedule(epoch) * epoch) / epochs : schedule(epoch));
}
