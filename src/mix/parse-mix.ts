import { oneOf } from './combine.ts';
import { cutmix, featureCutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { manifoldMixup, mixup } from './mixup.ts';
import { type OptionValue, unknownWord } from './options.ts';
import { parseMethod } from './parse-method.ts';
import type { Mixer } from './plan.ts';

/** The methods by name: a new one is one more entry. Each checks the options it is given. */
const methods: Record<string, (options: Record<string, OptionValue>) => Mixer> = {
  cutmix,
  mixup,
  cutout,
  'manifold-mixup': manifoldMixup,
  'feature-cutmix': featureCutmix,
};

/** The names of the methods, for help texts. */
export const mixNames: readonly string[] = Object.keys(methods);

/**
 * The mixing that texts ask for, to be applied in turn: each a method, or a method with options as in
 * `cutmix:alpha=1,probability=0.5`, or several joined by + of which one is drawn for each batch. Nothing for `none`. The
 * text of a mixer reads back as the same mixer.
 *
 * @throws where a method, an option or a value is not valid, with the nearest one that is; where two would mix labels
 */
export function parseMix(texts: string | readonly string[]): Mixer[] {
  const list = [texts].flat();
  if (list.length === 1 && list[0] === 'none') return [];
  // A plus sign also occurs in numbers such as 1e+21, so only one before a name joins methods.
  const mixers = list.map((text) => oneOf(text.split(/\+(?=[a-z])/i).map(parseOne)));
  const [first, second] = mixers.filter(({ mixesLabels }) => mixesLabels);
  if (first && second) {
    throw new Error(
      `mix: expected at most one method that mixes labels, got ${first.method} and ${second.method}; ` +
        `draw one of them for each batch: ${first.method}+${second.method}`,
    );
  }
  return mixers;
}

function parseOne(text: string): Mixer {
  const { name, options } = parseMethod(text);
  if (name === 'none') {
    throw new Error("mix: expected 'none' alone, got it with options or beside other methods; leave it out");
  }
  if (!Object.hasOwn(methods, name)) {
    throw new Error(unknownWord('mix: unknown method', name, ['none', ...mixNames]));
  }
  return methods[name]!(options);
}
