import { z } from 'zod';

/**
 * A loss may be NaN or infinite, which JSON has no numbers for: `stateText` writes it as text. The type is said, because
 * the one that is inferred has a key `[-Infinity]`, which compilers refuse in declarations.
 */
const anyNumber: z.ZodType<number> = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

const scored = z.strictObject({ epoch: z.int(), scores: z.record(z.string(), anyNumber) });

/** Where a run is, besides its tensors: `state.json` of a checkpoint. Holds no clock, so that equal runs give equal bytes. */
const trainStateSchema = z.strictObject({
  /** The version of the file. */
  format: z.literal(1),
  /** Steps done over the whole run. */
  step: z.int().min(0),
  /** The epoch under way, from 1, and the steps of it that are done. */
  epoch: z.int().min(1),
  stepInEpoch: z.int().min(0),
  /** Over the images of the epoch under way: how many, and sums of the loss and of what else the task watches. */
  samples: z.number(),
  loss: z.number(),
  terms: z.record(z.string(), z.number()),
  best: scored.nullable(),
  last: scored.nullable(),
});

export type TrainState = z.output<typeof trainStateSchema>;

/** The scores of an epoch. */
export type EpochScores = z.output<typeof scored>;

/** As `state.json` holds it. */
export function stateText(state: TrainState): string {
  const written = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(state, written, 2)}\n`;
}

/** The position that a text of {@link stateText} holds. @throws naming what is not as it should be */
export function parseState(text: string): TrainState {
  const parsed = trainStateSchema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new Error(`expected the position of a training, got:\n${z.prettifyError(parsed.error)}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected the position of a training in JSON, got: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a training is over: all epochs are done, or the last `earlyStop` in a row were none better than before. */
export function isFinished(
  { epoch, best, last }: TrainState,
  { epochs, earlyStop = Number.POSITIVE_INFINITY }: { epochs: number; earlyStop?: number | undefined },
): boolean {
  return epoch > epochs || (best !== null && last !== null && last.epoch - best.epoch >= earlyStop);
}

export function initialState(): TrainState {
  return { format: 1, step: 0, epoch: 1, stepInEpoch: 0, samples: 0, loss: 0, terms: {}, best: null, last: null };
}
