import { addon, type Handle } from './addon.ts';
import { explain, handleOf, scopeState, type Tensor, tensorsIn, watch } from './tensor.ts';

/**
 * Runs `body` and frees every tensor made inside, except those in what it returns (a tensor, or arrays, maps and plain
 * objects holding tensors) and those that are owned. Scopes nest: what an inner one returns belongs to the outer one. An
 * exception frees everything.
 *
 * @returns what `body` returns
 * @throws TypeError where `body` is async: its tensors would be freed before it is done
 *
 * @example const loss = scope(() => model.forward(x).sub(y).square().mean());
 */
export function scope<Result>(body: () => Result): Result {
  if (typeof body !== 'function') throw new TypeError(`scope: expected a function, got ${String(body)}`);
  addon.enterScope();
  scopeState.depth++;
  let kept: Tensor[] = [];
  let handles: Handle[] = [];
  try {
    const result = body();
    if (result instanceof Promise) {
      result.catch(() => {}); // its failure would only hide the mistake reported here
      throw new TypeError(
        'scope: the function is async, and its tensors would be freed before it is done; await outside, or use `using`',
      );
    }
    kept = tensorsIn(result);
    // Here and not below: what only looks like a tensor has no handle, and the scope must be left all the same.
    handles = kept.map((tensor) => tensor.handle);
    return result;
  } finally {
    scopeState.depth--;
    addon.leaveScope(handles);
    if (scopeState.depth === 0) for (const tensor of kept) watch(tensor);
  }
}

/**
 * Takes a tensor out of every scope's reach: for parameters, buffers, optimizer state, anything an object keeps. It
 * lives until `dispose()` or until the garbage collector finds it.
 *
 * @returns the tensor
 * @throws DisposedTensorError where it has been freed
 */
export function own(tensor: Tensor): Tensor {
  try {
    addon.setOwned(handleOf(tensor, 'own'));
  } catch (error) {
    throw explain(error, [tensor], 'own');
  }
  if (scopeState.depth > 0) watch(tensor);
  return tensor;
}
