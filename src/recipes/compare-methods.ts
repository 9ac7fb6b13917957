/** A comparison of methods, all else equal. */

import { ConfigError, parseConfig, type TrainConfig } from '../config/index.ts';
import type { ExperimentRow } from '../experiments/index.ts';
import { mixingMethods, parseMix } from '../mix/index.ts';
import { parseRegularizers, regularizers, StepContext } from '../nn/index.ts';
import { oneOfYourOwn, unknownWord } from '../options/index.ts';
import { table8 } from './ablation.ts';
import { type Method, methodNames, methods } from './methods.ts';

/**
 * A method by a word: a name of Table 5 with the settings of its row, a variant of Table 8, or a text of `--mix` or
 * `--regularize`. A name wins over a text: `cutmix` is the paper's, that mixes half of the batches,
 * `cutmix:probability=1` mixes all.
 *
 * @throws naming the nearest word and listing all
 */
export function methodOf(word: string): Method {
  const named = Object.hasOwn(methods, word) ? methods[word] : undefined;
  if (named !== undefined) return named;
  const variants = table8.rows.filter(({ row }) => !Object.hasOwn(methods, row));
  const variant = variants.find(({ row }) => row === word);
  if (variant?.config?.mix !== undefined) return { title: variant.title, settings: { mix: variant.config.mix } };
  if (regularizers.find(word.replace(/:.*/s, ''))) {
    parseRegularizers([word], new StepContext());
    return { title: word, settings: { regularize: [word] } };
  }
  try {
    parseMix([word]);
  } catch (error) {
    // A word with options or with several methods has its own message; one alone may be any of the names.
    if (/[:+]/.test(word)) throw error;
    const names = [
      ...new Set([...methodNames, ...mixingMethods.names, ...regularizers.names, ...variants.map(({ row }) => row)]),
    ];
    throw new Error(unknownWord('compare: unknown method', word, names, `Valid: ${names.join(', ')}; ${oneOfYourOwn}`));
  }
  return { title: word, settings: { mix: word } };
}

/**
 * The rows of a comparison: each method on top of the same configuration. The baseline is the row `baseline`, or the
 * first one where there is none of that name.
 *
 * @throws where a word is no method; ConfigError where the configuration has a method itself, which would be in every row
 */
export function compareRows(words: readonly string[], base: TrainConfig): ExperimentRow[] {
  checkHasNoMethod(base);
  const baseline = words.includes('baseline') ? 'baseline' : words[0];
  return words.map((row) => {
    const { title, settings } = methodOf(row);
    const { mix, regularize, labelSmoothing } = parseConfig({ ...base, ...settings });
    const config = { ...base, mix, regularize, labelSmoothing };
    return { row, title, config, ...(row === baseline ? {} : { baseline }) };
  });
}

function checkHasNoMethod({ mix, regularize, labelSmoothing }: TrainConfig): void {
  const given = {
    mix: [mix].flat().filter((text) => text !== 'none'),
    regularize: [regularize].flat(),
    labelSmoothing: labelSmoothing === 0 ? [] : [labelSmoothing],
  };
  const problems = Object.entries(given)
    .filter(([, values]) => values.length > 0)
    .map(
      ([key, values]) => `${key}: expected none in what all rows share, got ${values}; methods are named by --methods`,
    );
  if (problems.length > 0) throw new ConfigError(problems);
}
