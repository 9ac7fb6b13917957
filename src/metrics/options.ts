/** Checks of what is given: of an option that is misspelled, JavaScript would use the default or another branch, and measure something else. */

/** What an option may be: one of a list, or whatever a test allows. */
export type OptionRule =
  | readonly (string | number | boolean)[]
  | { expected: string; isValid: (value: unknown) => boolean };

export const yesOrNo: OptionRule = [true, false];
export const isShare = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= 1;
/** Above 0 and at most 1, such as an IoU that is asked for. */
export const share: OptionRule = { expected: 'a number above 0 and at most 1', isValid: isShare };
/** For what is checked where it is used, such as sizes, which have to fit the map. */
export const anything: OptionRule = { expected: 'anything', isValid: () => true };

/**
 * @param name the function, with which the error begins
 * @param rules one for each option there is; an option that is undefined has its default
 * @throws naming the first option that is unknown, with those there are, or that has another value than it may have
 */
export function checkOptions<T extends object>(
  name: string,
  options: T,
  rules: { readonly [K in keyof T]-?: OptionRule },
): void {
  const known = new Map<string, OptionRule>(Object.entries(rules));
  for (const [option, value] of Object.entries(options)) {
    const rule = known.get(option);
    if (rule === undefined) {
      throw new Error(`${name}: unknown option '${option}'; its options are ${[...known.keys()].join(', ')}`);
    }
    if (value !== undefined && !isAllowed(rule, value)) {
      throw new Error(`${name}: expected ${option} to be ${expectedBy(rule)}, got ${quoted(value)}`);
    }
  }
}

const isAllowed = (rule: OptionRule, value: unknown): boolean =>
  'isValid' in rule ? rule.isValid(value) : (rule as readonly unknown[]).includes(value);

const expectedBy = (rule: OptionRule): string => ('isValid' in rule ? rule.expected : rule.map(quoted).join(' or '));

/** @throws where a label is none of 0 .. classes-1 */
export function checkLabel(name: string, label: number, sample: number, classes: number): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  throw new Error(`${name}: expected labels in 0..${classes - 1}, got ${label} for sample ${sample}`);
}

/** A text in quotes, so that the number 1 and the text '1' look different. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : String(value);
}
