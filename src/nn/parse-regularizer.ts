import { type Definition, DefinitionList } from '../options/index.ts';
import { dropBlockMethod } from './drop-block.ts';
import { dropoutMethod } from './dropout.ts';
import type { Regularizer } from './regularizer.ts';
import { shakeDropMethod } from './shake-drop.ts';
import type { StepContext } from './step-context.ts';
import { stochasticDepthMethod } from './stochastic-depth.ts';

/** A regularization inside a network: `make` gives the regularizer, which draws from the network's step context. */
export type RegularizerDefinition = Definition<Regularizer, [step: StepContext]>;

/** Every regularizer. */
export const regularizers: DefinitionList<RegularizerDefinition> = new DefinitionList(
  'regularizer',
  [dropBlockMethod, stochasticDepthMethod, shakeDropMethod, dropoutMethod],
  'regularize: unknown method',
);

/**
 * The regularizers that texts ask for, each a method or a method with options as in `dropblock:keep=0.9,groups=2/3`. The
 * text of a regularizer reads back as the same.
 *
 * @param step what they will know of each training step: the network's own
 * @throws where a method, an option or a value is not valid, with the nearest one that is, or a method comes twice
 */
export function parseRegularizers(texts: readonly string[], step: StepContext): Regularizer[] {
  const made = texts.map((text) => {
    const { definition, options } = regularizers.parse(text);
    return definition.make(options, step);
  });
  const names = made.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(`regularize: expected each method once, got ${twice} twice; leave one of them out`);
  }
  return made;
}
