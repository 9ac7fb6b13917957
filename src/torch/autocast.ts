import { addon } from './addon.ts';
import type { Device } from './dtype.ts';

export interface AutocastOptions {
  device?: Device;
  /** `bfloat16` on the CPU; `float16` or `bfloat16` on CUDA. */
  dtype?: 'bfloat16' | 'float16';
  /** `false` runs `body` as it is. Default `true`. */
  enabled?: boolean;
}

/** How many autocast regions are open: the addon's own nesting ends when the outermost does. */
let depth = 0;

/**
 * Runs `body` with convolutions and matrix products in a narrower type, and what needs range or precision in float32, as
 * `torch.autocast` does. Weights are cast once and kept until the region ends.
 */
export function autocast<Result>(
  body: () => Result,
  { device = 'cpu', dtype = 'bfloat16', enabled = true }: AutocastOptions = {},
): Result {
  if (!enabled || depth > 0) return body();
  addon.enterAutocast(device, dtype);
  depth++;
  try {
    const result = body();
    if (result instanceof Promise) {
      result.catch(() => {});
      throw new TypeError('autocast: the function is async, but the mode ends when it returns');
    }
    return result;
  } finally {
    depth--;
    addon.leaveAutocast(device, dtype);
  }
}
