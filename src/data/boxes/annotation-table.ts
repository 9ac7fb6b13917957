import { limits, readBounded } from '../limits.ts';

/** A line of a table: its fields by column, and where it stands, as in `images.txt:3`. */
export type TableRow<Column extends string> = Record<Column, string> & { where: string };

/**
 * Reads a text file with one record a line. Empty lines are passed over.
 *
 * @param separator between two fields
 * @param columns names of the fields, in their order
 * @throws where the file cannot be read, and where a line has more or fewer fields, naming file and line
 */
export function readTable<Column extends string>(
  path: string,
  separator: string,
  columns: readonly Column[],
): TableRow<Column>[] {
  const rows: TableRow<Column>[] = [];
  for (const [i, line] of readText(path).split(/\r?\n/).entries()) {
    if (line === '') continue;
    const where = `${path}:${i + 1}`;
    const fields = line.split(separator);
    if (fields.length !== columns.length || fields.includes('')) {
      throw new Error(`${where}: expected '${columns.join(separator)}', got '${line.slice(0, 100)}'; correct the line`);
    }
    const entries = columns.map((column, place) => [column, fields[place]]);
    rows.push({ ...(Object.fromEntries(entries) as Record<Column, string>), where });
  }
  return rows;
}

/** The rows by what identifies them. @throws where two have the same */
export function rowsBy<Column extends string, Row extends TableRow<Column>>(
  column: Column,
  rows: readonly Row[],
): Map<string, Row> {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const first = byKey.get(row[column]);
    if (first !== undefined) {
      throw new Error(`${row.where}: expected every ${column} once, got ${row[column]} again, first at ${first.where}`);
    }
    byKey.set(row[column], row);
  }
  return byKey;
}

/** The row of another table that a row speaks of. @throws where there is none */
export function rowOf<Row>(rows: ReadonlyMap<string, Row>, key: string, where: string, what: string): Row {
  const row = rows.get(key);
  if (row !== undefined) return row;
  throw new Error(`${where}: expected ${what}, got '${key}', which is none; correct or remove the line`);
}

/** A text file. Not asynchronous: of many small files, the waiting would take ten times as long. @throws with the path */
export function readText(path: string, most = limits.table): string {
  try {
    return readBounded(path, most).toString();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith(`${path}: `)) throw error;
    throw new Error(`${path}: expected a text file that can be read, got ${reason}`, { cause: error });
  }
}
