/** State that an optimizer keeps for each parameter: named, saved and restored in one way for all of them. */
import { noGrad, own, ShapeError, type Tensor, zerosLike } from '../torch/index.ts';

/**
 * Gradients of all parameters; zero for those that took no part in the loss, as the branches that stochastic depth leaves
 * out: decay and momentum still move them, as in its authors' code. An error where no parameter has one.
 */
export function gradientsOf(names: readonly string[], parameters: readonly Tensor[]): Tensor[] {
  const gradients = parameters.map((parameter) => parameter.grad);
  if (gradients.every((gradient) => gradient === null)) {
    throw new Error(`optimizer: ${names[0]} has no gradient, nor has any other: call backward() on a loss first`);
  }
  return gradients.map((gradient, index) => gradient ?? zerosLike(parameters[index]!));
}

/** `momentum.layer1.0.conv1.weight` and so on; slots not made yet are left out. */
export function saveSlots(names: readonly string[], slots: Record<string, Tensor[] | undefined>): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  for (const [slot, tensors] of Object.entries(slots)) {
    tensors?.forEach((tensor, index) => {
      state.set(`${slot}.${names[index]}`, tensor);
    });
  }
  return state;
}

/** Owned copies of saved slots, laid out in memory as the parameters are; `undefined` when nothing had been saved yet. */
export function loadSlots<Slot extends string>(
  names: readonly string[],
  parameters: readonly Tensor[],
  state: ReadonlyMap<string, Tensor>,
  slots: readonly Slot[],
): Record<Slot, Tensor[]> | undefined {
  if (state.size === 0) return undefined;
  const restored = {} as Record<Slot, Tensor[]>;
  for (const slot of slots) {
    restored[slot] = parameters.map((parameter, index) => {
      const saved = state.get(`${slot}.${names[index]}`);
      if (!saved || saved.shape.join() !== parameter.shape.join()) {
        const got = saved ? `[${saved.shape.join(', ')}]` : 'nothing';
        throw new ShapeError(
          `optimizer state: ${slot}.${names[index]}: expected [${parameter.shape.join(', ')}], got ${got}`,
        );
      }
      return own(noGrad(() => zerosLike(parameter).copy_(saved)));
    });
  }
  return restored;
}
