import { type OptionValue, parseMethod, unknownWord } from '../mix/index.ts';
import { dropBlock } from './drop-block.ts';
import { dropout } from './dropout.ts';
import type { Regularizer } from './regularizer.ts';
import { shakeDrop } from './shake-drop.ts';
import type { StepContext } from './step-context.ts';
import { stochasticDepth } from './stochastic-depth.ts';

/** The methods by name: a new one is one more entry. Each checks the options it is given. */
const methods: Record<string, (options: Record<string, OptionValue>, step: StepContext) => Regularizer> = {
  dropblock: dropBlock,
  'stochastic-depth': stochasticDepth,
  shakedrop: shakeDrop,
  dropout,
};

/** The names of the regularizers, for help texts. */
export const regularizerNames: readonly string[] = Object.keys(methods);

/**
 * The regularizers that texts ask for, each a method or a method with options as in `dropblock:keep=0.9,groups=2/3`. The
 * text of a regularizer reads back as the same.
 *
 * @param step what they will know of each training step: the network's own
 * @throws where a method, an option or a value is not valid, with the nearest one that is, or a method comes twice
 */
export function parseRegularizers(texts: readonly string[], step: StepContext): Regularizer[] {
  const regularizers = texts.map((text) => parseRegularizer(text, step));
  const names = regularizers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(`regularize: expected each method once, got ${twice} twice; leave one of them out`);
  }
  return regularizers;
}

function parseRegularizer(text: string, step: StepContext): Regularizer {
  const { name, options } = parseMethod(text);
  if (!Object.hasOwn(methods, name)) {
    throw new Error(unknownWord('regularize: unknown method', name, regularizerNames));
  }
  return methods[name]!(options, step);
}
