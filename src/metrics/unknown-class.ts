import type { Label } from './detection.ts';

/** The sentence for a class that is none of `classes`, with the one that is most like it. */
export function unknownClass(what: string, label: Label, classes: readonly Label[]): string {
  const names = classes.map(String);
  const likeness = names.map((name) => sharedPairs(String(label), name));
  const nearest = likeness.indexOf(Math.max(...likeness));
  const hint =
    (likeness[nearest] ?? 0) > 0 ? `; the nearest of its ${names.length} classes is '${names[nearest]}'` : '';
  return `${what}: unknown class '${label}'${hint}; give it in classes, or leave what is labeled so out`;
}

/**
 * Dice's coefficient of the pairs of neighboring letters, in 0..1. Names of classes are long and of several words, so
 * that a forgotten word is as likely as a wrong letter.
 */
function sharedPairs(a: string, b: string): number {
  const [of, others] = [letterPairs(a), letterPairs(b)];
  return (2 * [...of].filter((pair) => others.has(pair)).length) / (of.size + others.size);
}

function letterPairs(name: string): Set<string> {
  const padded = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)));
}
