import type { z } from 'zod';
import { unknownWord } from '../options/index.ts';

export type ConfigPath = readonly (string | number)[];

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** The key it is about; for an unknown key, that key. */
  path: ConfigPath;
  /** `optimizer.momentum: expected a number from 0 to below 1, got 2` */
  sentence: string;
}

/** Everything wrong with a configuration, one problem a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The problems that the schema of config.ts found in a value, as sentences. */
export function problemsOf(error: z.ZodError, value: unknown): ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys') {
      const sentences = issue.message.split('\n');
      return issue.keys.map((key, i) => ({ path: [...path, key], sentence: sentenceOf(path, sentences[i]!) }));
    }
    return [{ path, sentence: sentenceOf(path, expectation(issue, valueAt(value, path))) }];
  });
}

function sentenceOf(path: ConfigPath, words: string): string {
  const key = path.length === 0 ? '' : `${path.join('.')}: `;
  return words.startsWith(key) ? words : `${key}${words}`;
}

function expectation(issue: z.core.$ZodIssue, received: unknown): string {
  if (issue.code === 'custom' && issue.params?.whole) return issue.message;
  const choices = choicesOf(issue);
  if (choices !== undefined && typeof received === 'string') return unknownWord('unknown value', received, choices);
  const expected = choices === undefined ? issue.message : `one of ${choices.join(', ')}`;
  return `expected ${expected}, got ${received === undefined ? 'nothing' : JSON.stringify(received)}`;
}

/** The words to choose from, where the problem is that none of them came. */
function choicesOf(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  // The list of a union's names also holds undefined, for the one that is taken where there is none.
  if (issue.code === 'invalid_union' && 'options' in issue) {
    return (issue.options as unknown[]).filter((option) => typeof option === 'string');
  }
  return undefined;
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((inner, key) => {
    const exists = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key);
    return exists ? (inner as Record<string | number, unknown>)[key] : undefined;
  }, value);
}
