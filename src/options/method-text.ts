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
  if (optionText === undefined) return { name, options: {} };
  const options = new Map<string, OptionValue>();
  for (const word of optionText.split(',')) {
    const [option, value] = splitOnce(word, '=');
    if (option === '' || value === undefined || value === '') {
      throw new Error(`${name}: expected options as name=value,name=value, got '${word}' in '${optionText}'`);
    }
    if (options.has(option)) throw new Error(`${name}: expected ${option} once, got it twice in '${optionText}'`);
    options.set(option, parseValue(value));
  }
  return { name, options: Object.fromEntries(options) };
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
