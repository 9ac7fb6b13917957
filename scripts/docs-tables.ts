/** The tables of the documentation that list what there is, made from the lists themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trainOptions } from '../src/config/index.ts';
import { dataSets, oodSets } from '../src/data/index.ts';
import { suites } from '../src/evaluate/index.ts';
import { mixingMethods } from '../src/mix/index.ts';
import { networkPatterns, networks } from '../src/models/index.ts';
import { regularizers } from '../src/nn/index.ts';
import { optimizers, schedules } from '../src/optim/index.ts';
import { definitionTables, markdownTable, optionsTable, sectionsTable, unknownWord } from '../src/options/index.ts';
import { methods, tables as paperTables } from '../src/recipes/index.ts';

const suiteOptions = (name: string) => () => optionsTable(suites.get(name).options);

const texts = (given: string | readonly string[] | undefined) => [given ?? []].flat();

/** What stands between the markers of that name. */
const tables: Readonly<Record<string, () => string>> = {
  'mixing methods': () => definitionTables('method', mixingMethods),
  regularizers: () => definitionTables('method', regularizers),
  networks: () =>
    `${definitionTables('network', networks)}\n\nBesides these: ${networkPatterns.map(({ text }) => text).join('; ')}.`,
  optimizers: () => definitionTables('optimizer', optimizers),
  schedules: () => definitionTables('schedule', schedules),
  'configuration keys': () => sectionsTable(trainOptions),
  'data sets': () => definitionTables('data', dataSets),
  'out-of-distribution sets': () => definitionTables('set', oodSets),
  suites: () => definitionTables('suite', suites),
  'options of localization': suiteOptions('localization'),
  'options of robustness': suiteOptions('robustness'),
  'options of ood': suiteOptions('ood'),
  'compared methods': () =>
    markdownTable(
      ['name', 'method', 'settings'],
      Object.entries(methods).map(
        ([
          name,
          {
            title,
            settings: { mix, regularize, labelSmoothing },
          },
        ]) => [
          `\`${name}\``,
          title,
          [
            ...texts(mix).map((text) => `mix: ${text}`),
            ...texts(regularize).map((text) => `regularize: ${text}`),
            ...(labelSmoothing === undefined ? [] : [`labelSmoothing: ${labelSmoothing}`]),
          ].join('; ') || 'none',
        ],
      ),
    ),
  "the paper's tables": () =>
    markdownTable(
      ['table', 'in the paper', 'data', 'rows'],
      paperTables.map(({ table, source, title, dataName, rows }) => [
        `\`${table}\``,
        `${source}: ${title}`,
        dataName,
        rows.filter(({ config }) => config !== undefined).length.toString(),
      ]),
    ),
};

export const tableNames: readonly string[] = Object.keys(tables);

const root = fileURLToPath(new URL('..', import.meta.url));

/** The pages that may have tables, by their paths from the root of the project. */
export function pagesWithTables(): string[] {
  return ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
    (path) => path.endsWith('.md') && tablesOf(readPage(path)).length > 0,
  );
}

export const readPage = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The names of a page's tables, in order. */
export function tablesOf(text: string): string[] {
  return [...text.matchAll(/<!-- table: (.*?) -->/g)].map(([, name]) => name!);
}

/**
 * A page with all its tables made anew.
 *
 * @param path of the page, for errors
 * @throws where a table is none of {@link tableNames}, or its end is not marked
 */
export function withTables(path: string, text: string): string {
  const end = '<!-- end table -->';
  return text.replace(/(<!-- table: (.+?) -->)([\s\S]*?)(?:<!-- end table -->|$)/g, (block, start, name, before) => {
    if (!block.endsWith(end) || before.includes('<!-- table: ')) {
      throw new Error(`${path}: expected ${end} behind the table '${name}', got none`);
    }
    const make = tables[name];
    if (make === undefined) throw new Error(`${path}: ${unknownWord('unknown table', name, tableNames)}`);
    return `${start}\n\n${make()}\n\n${end}`;
  });
}
