/** Modes hold while a function runs, nest, and are as they were before when it returns or throws. */
import { addon } from './addon.ts';
import type { Device } from './dtype.ts';
import { errorFrom } from './errors.ts';

/** Runs `body` between two calls; refuses a promise, since the mode would end before the work is done. */
function during<Result>(name: string, leave: () => void, body: () => Result): Result {
  try {
    const result = body();
    if (result instanceof Promise) {
      result.catch(() => {}); // its failure would only hide the mistake reported here
      throw new TypeError(`${name}: the function is async, but the mode ends when it returns`);
    }
    return result;
  } finally {
    leave();
  }
}

function withGrad<Result>(name: string, enabled: boolean, body: () => Result): Result {
  const before = addon.setGradEnabled(enabled);
  return during(name, () => addon.setGradEnabled(before), body);
}

/**
 * Runs `body` without recording operations for gradients, as `torch.no_grad`. Nests; what was before is restored, also
 * after an exception.
 *
 * @returns what `body` returns
 * @throws TypeError where `body` is async
 */
export function noGrad<Result>(body: () => Result): Result {
  return withGrad('noGrad', false, body);
}

/**
 * Runs `body` with recording on, also inside {@link noGrad}, as `torch.enable_grad`. What was before is restored, also
 * after an exception.
 *
 * @returns what `body` returns
 * @throws TypeError where `body` is async
 */
export function enableGrad<Result>(body: () => Result): Result {
  return withGrad('enableGrad', true, body);
}

/**
 * Like {@link noGrad} and faster, as `torch.inference_mode`: tensors made inside can never take part in gradients. For
 * evaluation.
 *
 * @returns what `body` returns
 * @throws TypeError where `body` is async
 */
export function inferenceMode<Result>(body: () => Result): Result {
  addon.enterInference();
  return during('inferenceMode', addon.leaveInference, body);
}

export interface AutocastOptions {
  /** The device whose operators it is for; its number does not matter. Default `'cpu'`. */
  device?: Device;
  /** `bfloat16`; on CUDA, and on the CPU with LibTorch 2, also `float16`. Default `bfloat16`. */
  dtype?: 'bfloat16' | 'float16';
  /** `false` switches autocast off inside `body`, also within another region. Default `true`. */
  enabled?: boolean;
}

/**
 * Runs `body` with convolutions and matrix products in a narrower type, and what needs range or precision in float32, as
 * `torch.autocast` does. Weights are cast once and kept until the outermost region ends.
 *
 * Regions nest, each with its own dtype or switched off: a loss that needs float32 is computed in a region with
 * `enabled: false`, from what is converted to it first. What was before is restored, also after an exception.
 *
 * @returns what `body` returns
 * @throws TorchError where the device is unknown, or this LibTorch cannot autocast to the dtype there; nothing has changed
 *   then
 * @throws TypeError where there is no autocast for the device (it may be switched off there), and where `body` is async
 */
export function autocast<Result>(
  body: () => Result,
  { device = 'cpu', dtype = 'bfloat16', enabled = true }: AutocastOptions = {},
): Result {
  try {
    addon.enterAutocast(device, enabled, dtype);
  } catch (error) {
    throw errorFrom(error, 'autocast');
  }
  return during('autocast', addon.leaveAutocast, body);
}
