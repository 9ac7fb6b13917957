import { type Definition, DefinitionList } from '../options/index.ts';
import { oneOf } from './combine.ts';
import { cutmixMethod, featureCutmixMethod } from './cutmix.ts';
import { cutoutMethod } from './cutout.ts';
import { manifoldMixupMethod, mixupMethod } from './mixup.ts';
import type { Mixer } from './plan.ts';

/** A mixing method: `make` gives the mixer for its options. */
export type MixingMethod = Definition<Mixer, []>;

/** Every mixing method. */
export const mixingMethods: DefinitionList<MixingMethod> = new DefinitionList(
  'mixing method',
  [cutmixMethod, mixupMethod, cutoutMethod, manifoldMixupMethod, featureCutmixMethod],
  'mix: unknown method',
);

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
  if (/^none\b/.test(text)) {
    throw new Error("mix: expected 'none' alone, got it with options or beside other methods; leave it out");
  }
  const { definition, options } = mixingMethods.parse(text, ['none']);
  return definition.make(options);
}
