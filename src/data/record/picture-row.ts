/** A picture as a run records it: a line of `data-pictures.jsonl`. */
import { dataParts, type Part } from '../dataset.ts';

/** Of a part of the data set; or trained on by a run before its data changed. */
export type RecordedPart = Part | 'earlier';

export interface PictureRow {
  part: RecordedPart;
  /** Under the data's folder; with the archive's, where it is in one. */
  path: string;
  bytes: number;
  /** When the file was written, in milliseconds since 1970. */
  time: number;
  /** The name of its class; empty where it has none. */
  target: string;
  /** What stands for its bytes; left out where these were not read. */
  contents?: string;
}

/** As a line of JSON: an array, since a million lines should not repeat the names of their fields. */
export function rowText({ part, path, bytes, time, target, contents }: PictureRow): string {
  return JSON.stringify([part, path, bytes, time, target, ...(contents === undefined ? [] : [contents])]);
}

/** @throws where it is no such line */
export function parseRow(line: string): PictureRow {
  const fields: unknown = JSON.parse(line);
  const [part, path, bytes, time, target, contents] = Array.isArray(fields) ? (fields as unknown[]) : [];
  if (
    (part === 'earlier' || dataParts.includes(part as Part)) &&
    typeof path === 'string' &&
    typeof bytes === 'number' &&
    typeof time === 'number' &&
    typeof target === 'string' &&
    (contents === undefined || typeof contents === 'string')
  ) {
    return { part: part as RecordedPart, path, bytes, time, target, ...(contents !== undefined && { contents }) };
  }
  throw new Error(`expected [part, path, bytes, time, class], got ${line.slice(0, 80)}`);
}
