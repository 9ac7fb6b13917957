/** How a command gets to know a definition that is not Patchwork's: the end of sentences on unknown names. */
export const oneOfYourOwn = 'one of your own by --import MODULE';

/**
 * The sentence for a word that is not valid: names the nearest one that is, where one is near.
 *
 * @param wayOut what to do about it. Default: all valid words
 */
export function unknownWord(
  problem: string,
  word: string,
  valid: readonly string[],
  wayOut = `Valid: ${valid.join(', ')}`,
): string {
  const nearest = nearestWord(word, valid);
  const hint = nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
  return `${problem} '${word}'${hint} ${wayOut}`;
}

/** Letters that may be wrong: two, as when neighbors are swapped, but no more than half of what was typed. */
const mostSlips = (typed: string): number => Math.min(2, typed.length / 2);

/**
 * The valid word that was most likely meant, whatever its case: the one with the fewest letters to insert, delete or
 * replace, in the word or in its beginning (`prob` and even `probb` are near `probability`). Of names of several words,
 * as classes have, a word may also be missing, added or elsewhere (`footed albatross` is near `Black-footed_Albatross`).
 * Undefined where none is near, since a wrong guess misleads.
 */
export function nearestWord(word: string, valid: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let nearest: string | undefined;
  let fewest = mostSlips(typed);
  for (const candidate of valid) {
    const meant = candidate.toLowerCase();
    const beginning = editDistance(typed, meant.slice(0, typed.length));
    // A whole word one letter off is a better guess than a longer one that begins so.
    const distance = Math.min(editDistance(typed, meant), beginning + 0.5, wordDistance(typed, meant));
    if (distance > fewest || (distance === fewest && nearest !== undefined)) continue;
    fewest = distance;
    nearest = candidate;
  }
  return nearest;
}

const wordsOf = (name: string): string[] => name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Wrong letters of the words that two names share, in any order, and words that only one has; most must be shared. */
function wordDistance(typed: string, meant: string): number {
  const [words, left] = [wordsOf(typed), wordsOf(meant)];
  const count = words.length + left.length;
  let [shared, slips] = [0, 0];
  for (const word of words) {
    const distances = left.map((other) => editDistance(word, other));
    const fewest = Math.min(...distances);
    if (fewest > mostSlips(word)) continue;
    left.splice(distances.indexOf(fewest), 1);
    slips += fewest;
    shared += 2;
  }
  return shared > count / 2 ? slips + count - shared : Number.POSITIVE_INFINITY;
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
