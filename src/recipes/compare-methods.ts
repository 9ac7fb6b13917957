/** A comparison of methods, all else equal. */
import { parseMix, unknownWord } from '../mix/index.ts';
import { parseConfig, type TrainConfig } from '../train/index.ts';
import { table8 } from './ablation.ts';
import type { ExperimentRow } from './experiment.ts';
import { type Method, methodNames, methods } from './methods.ts';

export { splitMethods } from '../mix/index.ts';

/**
 * A method by a word: a name of Table 5 with the settings of its row, a variant of Table 8, or a text of `--mix`. A name
 * wins over a text: `cutmix` is the paper's, that mixes half of the batches, `cutmix:probability=1` mixes all.
 *
 * @throws naming the nearest word and listing all
 */
export function methodOf(word: string): Method {
  if (Object.hasOwn(methods, word)) return methods[word]!;
  const variants = table8.rows.filter(({ row }) => !Object.hasOwn(methods, row));
  const variant = variants.find(({ row }) => row === word);
  if (variant?.config?.mix !== undefined) return { title: variant.title, settings: { mix: variant.config.mix } };
  try {
    parseMix([word]);
  } catch (error) {
    // A word with options or with several methods has its own message; one alone may be any of the names.
    if (/[:+]/.test(word)) throw error;
    const names = [...methodNames, 'feature-cutmix', ...variants.map(({ row }) => row)];
    throw new Error(unknownWord('compare: unknown method', word, names));
  }
  return { title: word, settings: { mix: word } };
}

/**
 * The rows of a comparison: each method on top of the same configuration. The baseline is the row `baseline`, or the
 * first one where there is none of that name.
 *
 * @throws where a word is no method
 */
export function compareRows(words: readonly string[], base: TrainConfig): ExperimentRow[] {
  const baseline = words.includes('baseline') ? 'baseline' : words[0]!;
  return words.map((row) => {
    const { title, settings } = methodOf(row);
    const config = parseConfig({ ...base, ...settings });
    return { row, title, config, ...(row === baseline ? {} : { baseline }) };
  });
}
