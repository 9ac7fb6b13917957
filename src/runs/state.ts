import { z } from 'zod';

/** A loss may be NaN or infinite, which JSON has no numbers for: `stateText` writes it as text. */
const anyNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

const errors = z.strictObject({ epoch: z.int(), top1Error: z.number(), top5Error: z.number(), valLoss: anyNumber });

/** Where a run is, besides its tensors: `state.json` of a checkpoint. Holds no clock, so that equal runs give equal bytes. */
const trainStateSchema = z.strictObject({
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

/** As `state.json` holds it. */
export function stateText(state: TrainState): string {
  const written = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(state, written, 2)}\n`;
}

/** @throws naming what is not as it should be */
export function parseState(text: string): TrainState {
  const parsed = trainStateSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`expected the position of a training, got:\n${z.prettifyError(parsed.error)}`);
}

export function initialState(): TrainState {
  return { step: 0, epoch: 1, stepInEpoch: 0, samples: 0, loss: 0, top1: 0, best: null, last: null };
}
