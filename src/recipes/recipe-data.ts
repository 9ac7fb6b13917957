import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DataParts, type LabeledImages, type OpenDataOptions, openData, parseDataText } from '../data/index.ts';
import { methodText } from '../options/index.ts';
import type { RecipeTable } from './recipe.ts';

/** Data as a table is trained on it. */
export interface RecipeData {
  /** As {@link openData} takes it, with the options that the table has pictures shown by. */
  text: string;
  source: DataParts<LabeledImages>;
}

/**
 * Where a table's data lies: under the name that it is published by, in the folder that the environment's
 * `PATCHWORK_DATA` names, or in the working folder.
 *
 * @throws where it is in neither, or has no such name
 */
export function findRecipeData(
  { table, dataName, dataFolder }: RecipeTable,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const paths = [environment.PATCHWORK_DATA, '.'].flatMap((folder) =>
    folder && dataFolder !== undefined ? [join(folder, dataFolder)] : [],
  );
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const tried = paths.length === 0 ? '' : `; neither is there ${paths.join(' nor ')}`;
  throw new Error(`${table}: expected its data, ${dataName}, by --data PATH, got none${tried}`);
}

/**
 * Opens the data that a table is to be trained on, pictures as the table has them shown where no option says otherwise.
 * Data without pictures is opened as it is.
 */
export async function openRecipeData(
  { pictures }: RecipeTable,
  typed: string,
  opening: Pick<OpenDataOptions, 'allowSkipped'> = {},
): Promise<RecipeData> {
  const source = await openData(typed, opening);
  const { path, options } = parseDataText(typed);
  const added = Object.fromEntries(Object.entries(pictures ?? {}).filter(([name]) => !(name in options)));
  if (Object.keys(added).length === 0 || !('pictures' in source.test)) return { text: typed, source };
  const text = methodText(path, { ...added, ...options });
  return { text, source: await openData(text, opening) };
}
