/** What an optimizer keeps for each parameter: named, saved and restored in one way for all of them. */
import { noGrad, own, ShapeError, type Tensor, tensor, zerosLike } from '../torch/index.ts';
import type { GroupOptions } from './parameter-groups.ts';

/** What the state of an optimizer is made of. */
export interface StateLayout<Slot extends string> {
  /** Names of the tensors that are kept for each parameter. */
  readonly slots: readonly Slot[];
  /** Whether the number of steps belongs to the state. */
  readonly countsSteps: boolean;
}

export interface ParameterState<Slot extends string> {
  readonly name: string;
  readonly parameter: Tensor;
  readonly options: GroupOptions;
  /** `undefined` before its first step. */
  slots: Record<Slot, Tensor> | undefined;
  /** Steps taken; a frozen parameter takes none. */
  steps: number;
}

/** A value for each slot. */
export function eachSlot<Slot extends string, Value>(
  slots: readonly Slot[],
  make: (slot: Slot) => Value,
): Record<Slot, Value> {
  return Object.fromEntries(slots.map((slot) => [slot, make(slot)])) as Record<Slot, Value>;
}

/**
 * `momentum.layer1.0.conv1.weight` and so on, of the parameters that have taken a step. Steps are one count, `steps`, and one
 * more for each parameter that has taken fewer, since it was frozen for a while.
 */
export function saveStates<Slot extends string>(
  states: readonly ParameterState<Slot>[],
  { slots, countsSteps }: StateLayout<Slot>,
): Map<string, Tensor> {
  const saved = new Map<string, Tensor>();
  const begun = states.flatMap(({ name, slots, steps }) => (slots === undefined ? [] : [{ name, slots, steps }]));
  for (const slot of slots) for (const { name, slots } of begun) saved.set(`${slot}.${name}`, slots[slot]);
  if (!countsSteps || begun.length === 0) return saved;
  const count = (steps: number) => tensor(BigInt64Array.of(BigInt(steps)), { shape: [] });
  const most = Math.max(...begun.map(({ steps }) => steps));
  saved.set('steps', count(most));
  for (const { name, steps } of begun) if (steps !== most) saved.set(`steps.${name}`, count(steps));
  return saved;
}

/**
 * Takes over copies of what {@link saveStates} gave; nothing may have been saved yet, and frozen parameters need not be there.
 *
 * @throws where something is missing or has another shape; nothing has been changed then
 */
export function loadStates<Slot extends string>(
  states: readonly ParameterState<Slot>[],
  { slots, countsSteps }: StateLayout<Slot>,
  saved: ReadonlyMap<string, Tensor>,
): void {
  const loaded = states.map(({ name, parameter }) => {
    const isAbsent = !slots.some((slot) => saved.has(`${slot}.${name}`));
    if (saved.size === 0 || (isAbsent && !parameter.requiresGrad)) return { slots: undefined, steps: 0 };
    const copies = eachSlot(slots, (slot) => copyOf(`${slot}.${name}`, parameter, saved));
    return { slots: copies, steps: countsSteps ? stepsOf(name, saved) : 0 };
  });
  states.forEach((state, index) => {
    Object.assign(state, loaded[index]);
  });
}

/** An owned copy, laid out in memory as the parameter is. */
function copyOf(name: string, parameter: Tensor, saved: ReadonlyMap<string, Tensor>): Tensor {
  const given = saved.get(name);
  if (given && given.shape.join() === parameter.shape.join()) {
    return own(noGrad(() => zerosLike(parameter).copy_(given)));
  }
  const expected = `optimizer state: ${name}: expected [${parameter.shape.join(', ')}], got`;
  if (given) throw new ShapeError(`${expected} [${given.shape.join(', ')}]`);
  throw new ShapeError(
    `${expected} nothing; if the parameter was frozen when this was saved, freeze it before loading`,
  );
}

function stepsOf(name: string, saved: ReadonlyMap<string, Tensor>): number {
  const steps = saved.get(`steps.${name}`) ?? saved.get('steps');
  if (!steps) throw new Error('optimizer state: steps: expected the number of steps taken, got nothing');
  return steps.item();
}
