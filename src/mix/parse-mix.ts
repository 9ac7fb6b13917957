import { cutmix } from './cutmix.ts';
import { type OptionValue, unknownWord } from './options.ts';
import type { Mixer } from './plan.ts';

/** The methods by name: a new one is one more entry. Each checks the options it is given. */
const methods: Record<string, (options: Record<string, OptionValue>) => Mixer> = {
  cutmix,
};

/**
 * The mixing that a text asks for: a method, or a method with options as in `cutmix:alpha=1,probability=0.5`; undefined
 * for `none`. The text of a mixer reads back as the same mixer.
 *
 * @throws where a method, an option or a value is not valid, with the nearest one that is
 */
export function parseMix(text: string): Mixer | undefined {
  if (text === 'none') return undefined;
  // A plus sign also occurs in numbers such as 1e+21, so only one before a name joins methods.
  if (/\+[a-z]/i.test(text)) {
    throw new Error(`mix: expected one method, got '${text}'; several joined by + are not supported yet`);
  }
  const [method, optionText] = splitOnce(text, ':');
  if (!Object.hasOwn(methods, method)) {
    throw new Error(unknownWord('mix: unknown method', method, ['none', ...Object.keys(methods)]));
  }
  return methods[method]!(optionText === undefined ? {} : parseOptions(method, optionText));
}

function parseOptions(method: string, text: string): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = {};
  for (const word of text.split(',')) {
    const [name, value] = splitOnce(word, '=');
    if (name === '' || value === undefined || value === '') {
      throw new Error(`${method}: expected options as name=value,name=value, got '${word}' in '${text}'`);
    }
    if (Object.hasOwn(options, name)) throw new Error(`${method}: expected ${name} once, got it twice in '${text}'`);
    options[name] = parseValue(value);
  }
  return options;
}

function parseValue(text: string): OptionValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
