/** The suites that come with Patchwork, and how people name those that they want. */
import { splitMethods } from '../options/index.ts';
import { accuracySuite } from './accuracy/suite.ts';
import { localizationSuite } from './localization/suite.ts';
import { oodSuite } from './ood/suite.ts';
import { robustnessSuite } from './robustness/suite.ts';
import { suites } from './suite.ts';

export { suites };

for (const suite of [accuracySuite, localizationSuite, robustnessSuite, oodSuite]) suites.add(suite);

/** A suite that is asked for. */
export interface SuiteChoice {
  name: string;
  /** Default: its defaults. */
  options?: Readonly<Record<string, unknown>> | undefined;
  /** Leave it out, with a sentence, where the data does not allow it. Default: that is an error. */
  ifAllowed?: boolean | undefined;
}

/**
 * `accuracy,robustness:epsilons=2/8` as choices, each suite once; `all` is every one that the data allows.
 *
 * @throws naming the nearest where a suite is unknown, and where one is named twice
 */
export function parseSuites(text: string): SuiteChoice[] {
  const words = splitMethods(text).map((word) => word.trim());
  const named = words
    .filter((word) => word !== 'all')
    .map((word) => {
      const { definition, options } = suites.parse(word, ['all']);
      return { name: definition.name, options };
    });
  const twice = named.find(({ name }, i) => named.findIndex((other) => other.name === name) < i);
  if (twice) throw new Error(`suite: expected each once, got ${twice.name} twice in '${text}'`);
  if (!words.includes('all')) return named;
  const others = suites.names.filter((name) => named.every((one) => one.name !== name));
  return [...named, ...others.map((name) => ({ name, ifAllowed: true }))].sort(
    (a, b) => suites.names.indexOf(a.name) - suites.names.indexOf(b.name),
  );
}
