import { z } from 'zod';

const errors = z.strictObject({ epoch: z.int(), top1Error: z.number(), top5Error: z.number(), valLoss: z.number() });

/** Where a run is, besides its tensors: `state.json` of a checkpoint. Holds no clock, so that equal runs give equal bytes. */
export const trainStateSchema = z.strictObject({
  /** Steps done over the whole run. */
  step: z.int().min(0),
  /** The epoch under way, from 1, and the steps of it that are done. */
  epoch: z.int().min(1),
  stepInEpoch: z.int().min(0),
  /** Sums over the images of the epoch under way. */
  samples: z.number(),
  loss: z.number(),
  top1: z.number(),
  best: errors.nullable(),
  last: errors.nullable(),
});

export type TrainState = z.output<typeof trainStateSchema>;
export type EpochErrors = z.output<typeof errors>;

export function initialState(): TrainState {
  return { step: 0, epoch: 1, stepInEpoch: 0, samples: 0, loss: 0, top1: 0, best: null, last: null };
}
