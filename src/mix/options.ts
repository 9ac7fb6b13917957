/** Checks of options that people typed; every message names the method, the option and the way out. */

export type OptionValue = string | number | boolean | readonly number[];

export function checkKnownOptions(method: string, options: object, valid: readonly string[]): void {
  const name = Object.keys(options).find((option) => !valid.includes(option));
  if (name !== undefined) throw new Error(unknownWord(`${method}: unknown option`, name, valid));
}

export function checkChoice(method: string, option: string, value: unknown, valid: readonly string[]): void {
  if (!valid.includes(value as string)) {
    throw new Error(unknownWord(`${method}: unknown value of ${option}`, String(value), valid));
  }
}

/** Of Beta(alpha, alpha). Other programs take an alpha of 0 for no mixing; here that is no method at all. */
export function checkAlpha(method: string, alpha: unknown): void {
  if (typeof alpha !== 'number' || !Number.isFinite(alpha) || alpha <= 0) {
    const hint = alpha === 0 ? "; to mix nothing, use 'none'" : '';
    throw new Error(`${method}: expected alpha to be a finite number above 0, got ${alpha}${hint}`);
  }
}

export function checkFraction(method: string, option: string, value: unknown): void {
  if (typeof value !== 'number' || !(value > 0 && value <= 1)) {
    throw new Error(`${method}: expected ${option} to be a number above 0 and at most 1, got ${value}`);
  }
}

export function checkProbability(method: string, option: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new Error(`${method}: expected ${option} to be a number in 0..1, got ${value}`);
  }
}

export function checkBoolean(method: string, option: string, value: unknown): void {
  if (typeof value !== 'boolean') {
    throw new Error(`${method}: expected ${option} to be true or false, got ${value}`);
  }
}

/** One stage or several, as a list: whole numbers from 0 up, each once. */
export function checkStages(method: string, stages: unknown): readonly number[] {
  const list: unknown[] = Array.isArray(stages) ? stages : [stages];
  const isStage = (stage: unknown, i: number) =>
    Number.isInteger(stage) && Number(stage) >= 0 && list.indexOf(stage) === i;
  if (list.length === 0 || !list.every(isStage)) {
    throw new Error(
      `${method}: expected stages to be different whole numbers from 0 up, as in 0/2/3, got ${list.join('/') || 'none'}`,
    );
  }
  return list as number[];
}

/** The text of a method with its options, as `parseMethod` reads it: `cutmix:alpha=1,probability=0.5`. */
export function methodText(method: string, options: Readonly<Record<string, OptionValue>>): string {
  const words = Object.entries(options).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? value.join('/') : value}`,
  );
  return `${method}:${words.join(',')}`;
}

/** The sentence for a word that is not valid: names the nearest one that is, where one is near, and lists them all. */
export function unknownWord(problem: string, word: string, valid: readonly string[]): string {
  const nearest = nearestWord(word, valid);
  const hint = nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
  return `${problem} '${word}'${hint} Valid: ${valid.join(', ')}`;
}

/** Letters that may be wrong: two, as when neighbors are swapped, but no more than half of what was typed. */
const mostSlips = (typed: string): number => Math.min(2, typed.length / 2);

/**
 * The valid word that was most likely meant, whatever its case: the one with the fewest letters to insert, delete or
 * replace, in the word or in its beginning (`prob` and even `probb` are near `probability`). Undefined where none is
 * near, since a wrong guess misleads.
 */
export function nearestWord(word: string, valid: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let nearest: string | undefined;
  let fewest = mostSlips(typed);
  for (const candidate of valid) {
    const meant = candidate.toLowerCase();
    const beginning = editDistance(typed, meant.slice(0, typed.length));
    // A whole word one letter off is a better guess than a longer one that begins so.
    const distance = Math.min(editDistance(typed, meant), beginning + 0.5);
    if (distance > fewest || (distance === fewest && nearest !== undefined)) continue;
    fewest = distance;
    nearest = candidate;
  }
  return nearest;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
