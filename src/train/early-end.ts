import type { TrainState } from '../runs/index.ts';

/** Why a training is over before all its epochs are done, in words; undefined where it is not. */
export function earlyEnd({ epoch, best, last }: TrainState, epochs: number): string | undefined {
  if (epoch > epochs || best === null || last === null) return undefined;
  const none = last.epoch - best.epoch;
  return `ends early, after epoch ${last.epoch} of ${epochs}: none of the last ${none} was better than epoch ${best.epoch}`;
}
