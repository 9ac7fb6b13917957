/** Options and lists as Markdown tables, for documentation. */
import type { Definition } from './definitions.ts';
import { plainDefault } from './describe.ts';
import type { Option, OptionSpecs } from './options.ts';
import type { SectionSpecs } from './sections.ts';

/** A Markdown table. @param rows texts of its cells, as many in each as there are headings */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n').replaceAll('|  |', '| |');
}

const code = (text: string): string => `\`${text}\``;

/** Of an option: the values it may have, what it is where none is given, and what it means. */
const cellsOf = (option: Option): string[] => [option.kind.expected, plainDefault(option), option.description];

/** A table of options: name, values, default, what it is. */
export function optionsTable(specs: OptionSpecs): string {
  const rows = Object.entries(specs).map(([name, option]) => [code(name), ...cellsOf(option)]);
  return markdownTable(['option', 'values', 'default', ''], rows);
}

/**
 * A list in two tables: what its members are, then all their options. Members whose option is the same in all that is said
 * of it share a row.
 *
 * @param what heads the column of names: `method`
 */
export function definitionTables(
  what: string,
  definitions: Iterable<Pick<Definition, 'name' | 'description' | 'options'> & { readonly example?: string }>,
): string {
  const all = [...definitions];
  const hasExamples = all.some(({ example }) => example !== undefined);
  const members = all.map(({ name, description, example = name }) => [
    code(name),
    description,
    ...(hasExamples ? [code(example)] : []),
  ]);
  const list = markdownTable([what, 'what it is', ...(hasExamples ? ['as typed'] : [])], members);
  const options = sharedOptions(all);
  if (options.length === 0) return list;
  return `${list}\n\n${markdownTable(['option', 'of', 'values', 'default', ''], options)}`;
}

/** A row for each option: its name, whose it is, and what is said of it. Rows of one name stand together. */
function sharedOptions(all: readonly Pick<Definition, 'name' | 'options'>[]): string[][] {
  const names = [...new Set(all.flatMap(({ options }) => Object.keys(options)))];
  return names.flatMap((name) => {
    const owners = new Map<string, string[]>();
    for (const { name: owner, options } of all) {
      const option = options[name];
      if (option === undefined) continue;
      const cells = JSON.stringify(cellsOf(option));
      owners.set(cells, [...(owners.get(cells) ?? []), code(owner)]);
    }
    return Array.from(owners, ([cells, of]) => [
      code(name),
      of.length === all.length && all.length > 1 ? 'all' : of.join(', '),
      ...(JSON.parse(cells) as string[]),
    ]);
  });
}

/** A table of the keys of a configuration; those of a mapping by their path, as `augment.flip`. */
export function sectionsTable(specs: SectionSpecs): string {
  const rows = Object.entries(specs).flatMap(([key, spec]): string[][] => {
    if ('section' in spec) {
      return Object.entries(spec.section).map(([inner, option]) => [code(`${key}.${inner}`), ...cellsOf(option)]);
    }
    if (!('oneOf' in spec)) return [[code(key), ...cellsOf(spec)]];
    const { oneOf, default: named, otherwise: usual = named, description } = spec;
    return [[code(key), `one of ${oneOf.names.join(', ')}, with its options`, usual, description]];
  });
  return markdownTable(['key', 'values', 'default', ''], rows);
}
