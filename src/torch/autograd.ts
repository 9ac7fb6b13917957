import { quoted } from '../options/index.ts';
import { addon, type Handle } from './addon.ts';
import { explain, handleOf, Tensor } from './tensor.ts';

export interface GradOptions {
  /** Gradients with respect to the outputs, in their shapes; default 1 for one-element outputs. */
  gradients?: readonly Tensor[];
  /** Keep the graph for another backward. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Make the gradients differentiable themselves. Default `false`. */
  createGraph?: boolean;
  /** Return `null` for inputs the outputs do not depend on, instead of an error. Default `false`. */
  allowUnused?: boolean;
}

/** One for each of a list of tensors. */
type ForEach<Tensors extends readonly Tensor[], Value> = { -readonly [Place in keyof Tensors]: Value };

/**
 * Gradients of the sum of `outputs` with respect to each of `inputs`, without touching any `grad` field, as
 * `torch.autograd.grad`.
 *
 * @returns one for each of `inputs`, in its shape; `null` where `allowUnused` and the outputs do not depend on it
 * @throws TorchError where an output is not made from the inputs, has no gradient given and more than one element, or its
 *   graph is gone: the graph is kept for another time only with `retainGraph`
 */
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions & { allowUnused?: false },
): ForEach<Inputs, Tensor>;
export function grad<const Inputs extends readonly Tensor[]>(
  outputs: readonly Tensor[],
  inputs: Inputs,
  options?: GradOptions,
): ForEach<Inputs, Tensor | null>;
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  { gradients, retainGraph = false, createGraph = false, allowUnused = false }: GradOptions = {},
): (Tensor | null)[] {
  const handles = (tensors: readonly Tensor[]) => handlesOf(tensors, 'grad');
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

function handlesOf(tensors: readonly Tensor[], operator: string): Handle[] {
  if (Array.isArray(tensors)) return tensors.map((tensor) => handleOf(tensor, operator));
  throw new TypeError(`${operator}: expected lists of tensors, got ${quoted(tensors)}`);
}

/** Forgets the gradients of all these leaves in one call: their `grad` is `null` afterwards. */
export function clearGradients(tensors: readonly Tensor[]): void {
  try {
    addon.clearGradients(handlesOf(tensors, 'clearGradients'));
  } catch (error) {
    throw explain(error, tensors, 'clearGradients');
  }
}
