/**
 * Learning-rate schedules: pure functions of where training is, so that a resumed run needs no state. `epoch` counts
 * from 0 and may be a fraction (epoch 2.5 is the middle of the third).
 */
export type Schedule = (epoch: number) => number;

export interface MilestonesOptions {
  /** Epochs at which the rate is multiplied by `factor`. */
  milestones: readonly number[];
  /** Default 0.1. */
  factor?: number;
}

/** `rate`, times `factor` for each milestone passed. The paper: 0.25 with milestones 150 and 225 of 300 (section 4.1.2). */
export function milestones(rate: number, { milestones, factor = 0.1 }: MilestonesOptions): Schedule {
  return (epoch) => rate * factor ** milestones.filter((milestone) => epoch >= milestone).length;
}

/** Half a cosine from `rate` at epoch 0 to `final` (default 0) at `epochs` (Loshchilov and Hutter 2017, without restarts). */
export function cosine(rate: number, { epochs, final = 0 }: { epochs: number; final?: number }): Schedule {
  return (epoch) => final + ((rate - final) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)))) / 2;
}

export function constant(rate: number): Schedule {
  return () => rate;
}

/** Rises linearly from 0 to the schedule's own value over the first `epochs` (Goyal et al. 2017), then follows it. */
export function warmup(schedule: Schedule, { epochs }: { epochs: number }): Schedule {
  return (epoch) => (epoch < epochs ? (schedule(epoch) * epoch) / epochs : schedule(epoch));
}
