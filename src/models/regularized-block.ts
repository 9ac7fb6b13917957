import { inTurn, Module, type ResidualGate } from '../nn/index.ts';
import type { Tensor } from '../torch/index.ts';

/** What regularizes a block of a residual network: its branch, and its maps after each normalization. */
export interface BlockRegularization {
  gate: ResidualGate | null;
  onMap: Module | null;
}

/** A residual block: a branch and a shortcut, either of which may be regularized. */
export abstract class RegularizedBlock extends Module {
  readonly #gate: ResidualGate | null;
  readonly #onMap: Module | null;

  constructor({ gate, onMap }: BlockRegularization) {
    super();
    this.#gate = gate && this.child('gate', gate);
    this.#onMap = onMap && this.child('onMap', onMap);
  }

  protected abstract branch(input: Tensor): Tensor;

  /** A convolution with the normalization after it, and what regularizes maps. */
  protected normalized(convolution: Module, normalization: Module, input: Tensor): Tensor {
    return this.regularized(inTurn([convolution, normalization], input));
  }

  protected regularized(map: Tensor): Tensor {
    return this.#onMap ? this.#onMap.forward(map) : map;
  }

  /** Branch and shortcut together; the shortcut itself where the gate leaves the branch out. */
  protected sum(input: Tensor, shortcut: Tensor): Tensor {
    return residualSum(this.#gate, shortcut, () => this.branch(input));
  }
}

/** Branch and shortcut together; the shortcut itself where the gate leaves the branch out. */
export function residualSum(gate: ResidualGate | null, shortcut: Tensor, branch: () => Tensor): Tensor {
  if (gate) return gate.add(shortcut, branch);
  const residual = branch();
  // In autocast a branch may be less precise than what it is added to.
  return residual.dtype === shortcut.dtype ? residual.add_(shortcut) : residual.add(shortcut);
}
