import { unknownWord } from '../options/index.ts';
import { table8 } from './ablation.ts';
import { table5, table6, table7 } from './cifar.ts';
import { table3, table4 } from './imagenet.ts';
import { table9, table9ImageNet } from './localization.ts';
import type { Recipe, RecipeTable } from './recipe.ts';

/** The tables of classification and of localization, in the paper's order. */
export const tables: readonly RecipeTable[] = [table3, table4, table5, table6, table7, table8, table9, table9ImageNet];

/** The table of that name, whatever its case. @throws naming the nearest and listing all */
export function findTable(name: string): RecipeTable {
  const found = tables.find(({ table }) => table.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new Error(
    unknownWord(
      'recipes: unknown table',
      name,
      tables.map(({ table }) => table),
    ),
  );
}

/**
 * The rows of those names, in the order of the table and with the baselines that they are compared with; without names,
 * all rows that can be trained here.
 *
 * @throws naming the nearest row and listing all, or where a row cannot be trained here
 */
export function findRows({ table, rows }: RecipeTable, names?: readonly string[]): Recipe[] {
  if (names === undefined) return rows.filter(({ config }) => config !== undefined);
  const wanted = new Set<string>();
  for (const name of names) {
    const found = rows.find(({ row }) => row === name);
    if (!found) throw new Error(unknownWord(`${table}: unknown row`, name, rowNames(rows)));
    if (found.config === undefined) {
      throw new Error(`${table}: expected a row that can be trained, got '${name}' (${found.note})`);
    }
    wanted.add(name);
    if (found.baseline !== undefined) wanted.add(found.baseline);
  }
  return rows.filter(({ row }) => wanted.has(row));
}

const rowNames = (rows: readonly Recipe[]): string[] => rows.map(({ row }) => row);
