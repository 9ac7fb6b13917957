import { number, option, resolveOptions } from '../options/index.ts';
import type { Tensor } from '../torch/index.ts';

/** What may differ from parameter to parameter. */
export interface GroupOptions {
  /** The multiple of the learning rate that a parameter moves at, above 0; decoupled weight decay follows it too. Default 1. */
  learningRateMultiplier: number;
  /** At least 0. Default: the optimizer's. */
  weightDecay: number;
}

export interface ParameterGroupsOptions {
  /**
   * The options of each parameter that has its own: PyTorch's parameter groups, by a rule instead of lists. Asked once for
   * each when the optimizer is made; those with equal options are updated together. A parameter that should not move at all
   * is frozen instead: `requiresGrad = false`. Default: one group of all.
   *
   * @example groups: (name, { shape }) => (shape.length < 2 ? { weightDecay: 0 } : {}) // no decay of biases and norms
   * @example groups: (name) => ({ learningRateMultiplier: name.startsWith('fc.') ? 10 : 1 })
   */
  groups?: ((name: string, parameter: Tensor) => Partial<GroupOptions>) | undefined;
}

/**
 * Each parameter with its options, in their order; equal options are one object.
 *
 * @param optimizer its name, for errors
 * @param weightDecay of parameters that have none of their own
 * @throws where an option is unknown or out of range, naming the parameter
 */
export function groupOptions(
  optimizer: string,
  parameters: ReadonlyMap<string, Tensor>,
  weightDecay: number,
  groups: ParameterGroupsOptions['groups'] = () => ({}),
): { name: string; parameter: Tensor; options: GroupOptions }[] {
  const specs = {
    learningRateMultiplier: option(number({ above: 0 }), { default: 1, description: 'times the learning rate' }),
    weightDecay: option(number({ min: 0 }), { default: weightDecay, description: 'its own weight decay' }),
  };
  const known = new Map<string, GroupOptions>();
  return [...parameters].map(([name, parameter]) => {
    const given = groups(name, parameter);
    const resolved = resolveOptions(`${optimizer}: group of ${name}`, specs, given);
    const key = `${resolved.learningRateMultiplier} ${resolved.weightDecay}`;
    const options = known.get(key) ?? resolved;
    known.set(key, options);
    return { name, parameter, options };
  });
}
