/** The one way in which things with options are written: `name:option=value,option=value`, several joined by commas. */

export type OptionValue = string | number | boolean | readonly number[];

/** What a text such as `cutmix:alpha=1,probability=0.5` says, unchecked: the method judges its options. */
export interface ParsedMethod {
  name: string;
  options: Record<string, OptionValue>;
}

/**
 * A method, alone or with options: `name`, or `name:option=value,option=value`. Values are true, false, numbers, lists
 * of numbers with slashes (`0/2/3`), or words.
 *
 * @throws where an option has no value, or comes twice
 */
export function parseMethod(text: string): ParsedMethod {
  const [name, optionText] = splitOnce(text, ':');
  return { name, options: optionText === undefined ? {} : parseOptionText(name, optionText) };
}

/** The options of `option=value,option=value`. @param owner begins an error @throws as {@link parseMethod} */
export function parseOptionText(owner: string, text: string): Record<string, OptionValue> {
  const options = new Map<string, OptionValue>();
  for (const word of text.split(',')) {
    const [option, value] = splitOnce(word, '=');
    if (option === '' || value === undefined || value === '') {
      throw new Error(`${owner}: expected options as name=value,name=value, got '${word}' in '${text}'`);
    }
    if (options.has(option)) throw new Error(`${owner}: expected ${option} once, got it twice in '${text}'`);
    options.set(option, parseValue(value));
  }
  return Object.fromEntries(options);
}

/** The text of a method with its options, as {@link parseMethod} reads it; options without a value are left out. */
export function methodText(method: string, options: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('/') : value}`);
  return words.length === 0 ? method : `${method}:${words.join(',')}`;
}

/** `a,cutmix:alpha=1,box=fixed-size,b` as three texts: what is an option (`name=value`) belongs to the method before it. */
export function splitMethods(text: string): string[] {
  return text.split(/,(?![a-z]+=)/i);
}

function parseValue(text: string): OptionValue {
  if (text === 'true' || text === 'false') return text === 'true';
  // An empty word would count as 0.
  const numbers = text.split('/').map((word) => (word === '' ? Number.NaN : Number(word)));
  if (numbers.some(Number.isNaN)) return text;
  return numbers.length === 1 ? numbers[0]! : numbers;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
