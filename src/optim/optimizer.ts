import type { Tensor } from '../torch/index.ts';

/** What a training loop needs of an optimizer. State tensors are owned: scopes never free them. */
export interface Optimizer {
  /** Updates every parameter from its gradient with this learning rate, then forgets the gradients. */
  step(learningRate: number): void;
  /** State tensors by name (`momentum.layer1.0.conv1.weight`); empty before the first step. The optimizer's own. */
  stateDict(): Map<string, Tensor>;
  /** Takes over copies of what {@link stateDict} gave. */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void;
}
