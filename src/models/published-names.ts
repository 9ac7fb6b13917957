import type { Tensor } from '../torch/index.ts';
import type { ImageModel } from './image-model.ts';

/**
 * A published state dict under the names and in the shapes of a network: renamed by its
 * {@link ImageModel.publishedNames}, and with sides of 1 added or taken out, as where a 1x1 convolution is a linear layer.
 * What it has no name for stays as it is.
 *
 * @returns views of the tensors given
 * @throws where the weights are of a network that computes otherwise
 */
export function underOwnNames(model: ImageModel, published: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const names = model.publishedNames?.(new Set(published.keys())) ?? new Map<string, string>();
  const own = model.stateDict();
  return new Map(
    [...published].map(([theirs, tensor]) => {
      const name = ownName(names, theirs);
      const shape = own.get(name)?.shape;
      return [name, shape && isSameButForOnes(shape, tensor.shape) ? tensor.reshape(shape) : tensor];
    }),
  );
}

/** What the network calls a tensor: its name is listed, or that of the module that it belongs to. */
export function ownName(names: ReadonlyMap<string, string>, theirs: string): string {
  const dot = theirs.lastIndexOf('.');
  const listed = names.get(theirs.slice(0, Math.max(dot, 0)));
  return names.get(theirs) ?? (listed === undefined ? theirs : listed + theirs.slice(dot));
}

function isSameButForOnes(left: readonly number[], right: readonly number[]): boolean {
  const [mine, theirs] = [left, right].map((shape) => shape.filter((side) => side !== 1).join());
  return mine === theirs && left.join() !== right.join();
}
