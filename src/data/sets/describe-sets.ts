import { type Definition, optionsTable } from '../../options/index.ts';
import type { Recognized } from './data-text.ts';

/**
 * Markdown for the documentation of a list of sets, `dataSets` or `oodSets`: a table of all, then a table of the options of
 * each. Sets whose options are the same share one.
 */
export function describeSets(sets: Iterable<Recognized & Definition>): string {
  const all = [...sets];
  const rows = all.map(({ name, description, example }) => `| \`${name}\` | ${description} | \`${example}\` |`);
  const byOptions = new Map<string, string[]>();
  for (const { name, options } of all) {
    if (Object.keys(options).length === 0) continue;
    const table = optionsTable(options);
    byOptions.set(table, [...(byOptions.get(table) ?? []), `\`${name}\``]);
  }
  const tables = Array.from(byOptions, ([table, names]) => `Options of ${names.join(', ')}:\n\n${table}`);
  return [['| data | what it is | as typed |', '| --- | --- | --- |', ...rows].join('\n'), ...tables].join('\n\n');
}
