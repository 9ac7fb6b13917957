import { autocast, hasFastBfloat16 } from '../torch/index.ts';

export type Precision = 'fp32' | 'bf16';

/** `auto` is bf16 where the processor has units for it, else fp32. Training runs on the CPU for now. */
export function resolvePrecision(wanted: 'auto' | Precision): Precision {
  if (wanted !== 'auto') return wanted;
  return hasFastBfloat16() ? 'bf16' : 'fp32';
}

/** Runs a forward pass in a precision. Parameters and losses stay float32 in both. */
export function inPrecision<Result>(precision: Precision, body: () => Result): Result {
  return autocast(body, { enabled: precision === 'bf16' });
}
