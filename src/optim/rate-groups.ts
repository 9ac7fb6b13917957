import type { Tensor } from '../torch/index.ts';

export interface RateOptions {
  /**
   * By the name of a parameter, the multiple of the learning rate that it moves at; decoupled weight decay follows it too.
   * Default: 1 for every parameter. PyTorch has parameter groups of several learning rates for this.
   */
  rateFactors?: ReadonlyMap<string, number>;
}

/** The parameters that move at one multiple of the learning rate. */
export interface RateGroup {
  factor: number;
  /** Those of a list of tensors, one for each parameter of the optimizer, that belong to the group's parameters. */
  of(tensors: readonly Tensor[]): readonly Tensor[];
}

/**
 * As few groups as there are factors, since each is a call of its own: one of all parameters where none is set apart.
 *
 * @throws where a factor is not a number above 0, or is of no parameter
 */
export function rateGroups(names: readonly string[], factors: ReadonlyMap<string, number> = new Map()): RateGroup[] {
  for (const [name, factor] of factors) {
    if (!names.includes(name)) throw new Error(`rateFactors: expected names of parameters, got ${name}`);
    if (!(factor > 0 && Number.isFinite(factor)))
      throw new RangeError(`rateFactors: expected a factor above 0 for ${name}, got ${factor}`);
  }
  const factorOf = names.map((name) => factors.get(name) ?? 1);
  const distinct = [...new Set(factorOf)];
  if (distinct.length <= 1) return [{ factor: distinct[0] ?? 1, of: (tensors) => tensors }];
  return distinct.map((factor) => ({
    factor,
    of: (tensors) => tensors.filter((_, index) => factorOf[index] === factor),
  }));
}
