import { clearGradients, noGrad, own, scope, type Tensor, zerosLike } from '../torch/index.ts';
import { checkNotNegative } from './check-numbers.ts';
import { groupOptions, type ParameterGroupsOptions } from './parameter-groups.ts';
import { eachSlot, loadStates, type ParameterState, type StateLayout, saveStates } from './parameter-state.ts';

/** What a training loop needs of an optimizer. State tensors are owned: scopes never free them. */
export interface Optimizer {
  /**
   * Updates every parameter that is not frozen from its gradient, then forgets all gradients.
   *
   * @param learningRate at least 0
   * @throws Error where no parameter has a gradient; RangeError where the learning rate is negative or not finite
   */
  step(learningRate: number): void;
  /**
   * State tensors by name (`momentum.layer1.0.conv1.weight`); empty before the first step, and without those of parameters
   * that have been frozen all along. The optimizer's own.
   */
  stateDict(): Map<string, Tensor>;
  /**
   * Takes over copies of what {@link stateDict} gave, in which state may be absent for parameters that are frozen now.
   *
   * @throws ShapeError where a parameter's state is missing or has another shape; nothing has been changed then
   */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void;
}

/** Parameters that have everything in common, for one call of each operator. All lists have their order. */
export interface Update<Slot extends string> {
  readonly parameters: readonly Tensor[];
  /** May be overwritten. */
  readonly gradients: readonly Tensor[];
  /** What earlier steps left, to be changed in place; zeros at first. */
  readonly slots: Readonly<Record<Slot, readonly Tensor[]>>;
  /** The group's own, and its weight decay. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** How many steps they have taken, this one included. */
  readonly steps: number;
}

export interface GroupedOptimizerOptions<Slot extends string> extends StateLayout<Slot>, ParameterGroupsOptions {
  /** Of the optimizer, for errors. */
  name: string;
  /** Of parameters whose group has none of its own, at least 0. */
  weightDecay: number;
}

/**
 * What optimizers share: parameter groups, frozen parameters, state by name. A class of its own says only how parameters
 * that have everything in common are {@link update}d.
 *
 * Whether a parameter is frozen (`requiresGrad` is false) is asked at each step. A frozen one is left alone: no weight decay,
 * no momentum. Once it learns again it goes on from the state that it had. One that learns but took no part in the loss, as in
 * the branches that stochastic depth leaves out, has a gradient of zero: decay and momentum still move it, as in its authors'
 * code.
 */
export abstract class GroupedOptimizer<Slot extends string> implements Optimizer {
  readonly #name: string;
  readonly #layout: StateLayout<Slot>;
  readonly #states: readonly ParameterState<Slot>[];

  /** @throws where the weight decay or an option of a group is out of range */
  constructor(
    parameters: ReadonlyMap<string, Tensor>,
    { name, slots, countsSteps, weightDecay, groups }: GroupedOptimizerOptions<Slot>,
  ) {
    checkNotNegative(name, 'weightDecay', weightDecay);
    this.#name = name;
    this.#layout = { slots, countsSteps };
    const grouped = groupOptions(name, parameters, weightDecay, groups);
    this.#states = grouped.map((one) => ({ ...one, slots: undefined, steps: 0 }));
  }

  /** Moves the parameters; called inside a scope, where nothing is recorded for gradients. */
  protected abstract update(update: Update<Slot>): void;

  step(learningRate: number): void {
    checkNotNegative(this.#name, 'a learning rate', learningRate);
    noGrad(() =>
      scope(() => {
        const learning = this.#states.filter(({ parameter }) => parameter.requiresGrad);
        const gradients = gradientsOf(learning);
        for (const states of this.#advance(learning)) {
          const [{ options, steps }] = states;
          this.update({
            parameters: states.map(({ parameter }) => parameter),
            gradients: states.map((state) => gradients.get(state)!),
            slots: eachSlot(this.#layout.slots, (slot) => states.map((state) => state.slots![slot])),
            learningRate: learningRate * options.learningRateMultiplier,
            weightDecay: options.weightDecay,
            steps,
          });
        }
        clearGradients(this.#states.map(({ parameter }) => parameter));
      }),
    );
  }

  /** Counts the step, and puts together what has the same options and has taken the same number of steps. */
  #advance(learning: readonly ParameterState<Slot>[]): Iterable<Together<Slot>> {
    const together = new Map<string, Together<Slot>>();
    for (const state of learning) {
      const { parameter, options } = state;
      state.slots ??= eachSlot(this.#layout.slots, () => own(zerosLike(parameter)));
      state.steps++;
      const key = `${options.learningRateMultiplier} ${options.weightDecay} ${state.steps}`;
      const states = together.get(key);
      if (states) states.push(state);
      else together.set(key, [state]);
    }
    return together.values();
  }

  stateDict(): Map<string, Tensor> {
    return saveStates(this.#states, this.#layout);
  }

  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    loadStates(this.#states, this.#layout, state);
  }
}

/** Those that one update moves. */
type Together<Slot extends string> = [ParameterState<Slot>, ...ParameterState<Slot>[]];

function gradientsOf<State extends { name: string; parameter: Tensor }>(
  learning: readonly State[],
): Map<State, Tensor> {
  const [first] = learning;
  if (first === undefined) {
    throw new Error(
      'optimizer: every parameter is frozen, so that nothing can learn: unfreeze some by requiresGrad_()',
    );
  }
  const gradients = learning.map(({ parameter }) => parameter.grad);
  if (gradients.every((gradient) => gradient === null)) {
    throw new Error(`optimizer: ${first.name} has no gradient, nor has any other: call backward() on a loss first`);
  }
  return new Map(learning.map((state, index) => [state, gradients[index] ?? zerosLike(state.parameter)]));
}
