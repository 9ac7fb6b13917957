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
