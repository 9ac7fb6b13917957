import { addon } from './addon.ts';
import { explain, Tensor } from './tensor.ts';

function withoutPromise<Result>(name: string, result: Result): Result {
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new TypeError(`${name}: the function is async, but the mode ends when it returns`);
  }
  return result;
}

/** Runs `body` without recording operations for gradients. Nests; restored after an exception. */
export function noGrad<Result>(body: () => Result): Result {
  return withGrad(false, body);
}

/** Runs `body` with recording on, also inside {@link noGrad}. */
export function enableGrad<Result>(body: () => Result): Result {
  return withGrad(true, body);
}

function withGrad<Result>(enabled: boolean, body: () => Result): Result {
  const before = addon.setGradEnabled(enabled);
  try {
    return withoutPromise(enabled ? 'enableGrad' : 'noGrad', body());
  } finally {
    addon.setGradEnabled(before);
  }
}

/** Like {@link noGrad} and faster: tensors made inside can never take part in gradients. For evaluation. */
export function inferenceMode<Result>(body: () => Result): Result {
  addon.enterInference();
  try {
    return withoutPromise('inferenceMode', body());
  } finally {
    addon.leaveInference();
  }
}

export interface GradOptions {
  /** Gradients with respect to the outputs; default 1 for one-element outputs. */
  gradients?: readonly Tensor[];
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Return `null` for inputs the outputs do not depend on, instead of an error. Default `false`. */
  allowUnused?: boolean;
}

/** Gradients of the sum of `outputs` with respect to each of `inputs`, without touching any `grad` field. */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  { gradients, retainGraph = false, createGraph = false, allowUnused = false }: GradOptions = {},
): (Tensor | null)[] {
  const handles = (tensors: readonly Tensor[]) => tensors.map((tensor) => tensor.handle);
  try {
    return addon
      .grad(
        handles(outputs),
        handles(inputs),
        gradients ? handles(gradients) : null,
        retainGraph || createGraph,
        createGraph,
        allowUnused,
      )
      .map((handle) => (handle === null ? null : new Tensor(handle, 'grad')));
  } catch (error) {
    throw explain(error, [outputs, inputs, gradients], 'grad');
  }
}

/** Forgets the gradients of all these leaves in one call. */
export function clearGradients(tensors: readonly Tensor[]): void {
  try {
    addon.clearGradients(tensors.map((tensor) => tensor.handle));
  } catch (error) {
    throw explain(error, tensors, 'clearGradients');
  }
}
