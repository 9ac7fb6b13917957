/** What a run knows of its data: `data.json`, a summary, and `data-pictures.jsonl`, a line for each picture. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { DataParts, Dataset } from '../data/dataset.ts';
import {
  changesText,
  compareData,
  type DataRecord,
  type PartState,
  type PictureRow,
  parseRow,
  partStates,
  readsContents,
  recordOf,
  rowText,
} from '../data/record/index.ts';
import { select } from '../data/subset.ts';
import { writeFileAtomically } from '../files/index.ts';
import type { RunFolder } from './run-folder.ts';

const summaryName = 'data.json';
const picturesName = 'data-pictures.jsonl';

const part = z.strictObject({ images: z.int(), state: z.string(), fingerprint: z.string() });

const schema = z.strictObject({
  format: z.literal(1),
  folder: z.string(),
  contents: z.boolean(),
  parts: z.strictObject({ train: part.optional(), validation: part.optional(), test: part.optional() }),
  inBothParts: z.strictObject({ count: z.int(), examples: z.array(z.tuple([z.string(), z.string()])) }).optional(),
});

/** What `data.json` holds; undefined where there is none. @throws where it is damaged, or another version's */
export function readDataRecord(run: RunFolder): DataRecord | undefined {
  if (!existsSync(run.pathOf(summaryName))) return undefined;
  const parsed = schema.safeParse(run.readJson(summaryName));
  if (parsed.success) return parsed.data as DataRecord;
  throw new Error(
    `${run.pathOf(summaryName)}: expected a record of the run's data, got:\n${z.prettifyError(parsed.error)}\n` +
      'Remove the file: what the run was trained on can then no longer be told',
  );
}

/**
 * Writes what a run's data is.
 *
 * @param parts what is trained on and measured
 * @param folder of the data: paths in the record begin there
 * @param earlier pictures that the run trained on before its data changed
 */
export async function recordData(
  run: RunFolder,
  parts: DataParts<Dataset>,
  folder: string,
  earlier: readonly PictureRow[] = [],
): Promise<DataRecord> {
  const states = await partStates(parts, folder);
  const record = recordOf(states, folder);
  writeFileAtomically(run.pathOf(picturesName), rowChunks(states, earlier));
  // Last, so that where it is, the other is whole.
  run.writeJson(summaryName, { format: 1, ...record });
  return record;
}

// Lines are written many at once.
const rowsAtOnce = 4096;

function* rowChunks(states: readonly PartState[], earlier: readonly PictureRow[]): Generator<Uint8Array> {
  let lines: string[] = [];
  const rows = function* () {
    yield* earlier;
    for (const state of states.filter(({ hasPictures }) => hasPictures)) {
      for (let index = 0; index < state.length; index++) yield state.row(index);
    }
  };
  for (const row of rows()) {
    lines.push(rowText(row));
    if (lines.length < rowsAtOnce) continue;
    yield Buffer.from(`${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`);
}

/** The pictures that a run recorded, line by line. @throws naming the line that is none */
export async function* recordedPictures(run: RunFolder): AsyncGenerator<PictureRow, void> {
  const path = run.pathOf(picturesName);
  if (!existsSync(path)) return;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line === '') continue;
    try {
      yield parseRow(line);
    } catch (error) {
      throw new Error(`${path}:${number}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Data of a run, compared with what the run recorded. */
export interface CheckedData<One extends Dataset> {
  /** Whether it is all as the run recorded it. */
  isRecorded: boolean;
  /** Without the pictures of the validation and the test part that the run has trained on. */
  parts: DataParts<One>;
  /** What has changed since, as in `2 added (such as cat/9.jpg)`; empty where nothing has. */
  changes: string;
  /** Stands for what is measured, wherever it is. */
  testFingerprint: string;
  /** Sentences for people: what was left out, and what cannot be told. */
  notes: string[];
}

/**
 * Compares data with what a run recorded of it. Where sizes and times of all files are as they were, nothing else is looked
 * at.
 *
 * @param isOther whether it is other data than the run's own, or drawn another way: only what is measured counts
 */
export async function checkRunData<One extends Dataset>(
  run: RunFolder,
  parts: DataParts<One>,
  folder: string,
  { isOther = false }: { isOther?: boolean } = {},
): Promise<CheckedData<One>> {
  const record = readDataRecord(run);
  const all = await partStates(parts, folder);
  const states = isOther ? all.filter(({ part }) => part === 'test') : all;
  if (record === undefined) {
    const note = `${run.path} has no ${summaryName}: which pictures it was trained on cannot be told`;
    const test = recordOf(states, folder).parts.test!;
    return { isRecorded: false, parts, changes: '', testFingerprint: test.fingerprint, notes: [note] };
  }
  const isAsRecorded = (state: PartState) => record.parts[state.part]?.state === state.state();
  const changed = states.filter((state) => !isAsRecorded(state));
  if (changed.length === 0 && (isOther || sameParts(record, all))) {
    const { fingerprint } = record.parts.test!;
    return { isRecorded: true, parts, changes: '', testFingerprint: fingerprint, notes: [] };
  }
  const contents = record.contents && readsContents(states);
  const { changes, trained } = await compareData(() => recordedPictures(run), states, { contents });
  const inMemory = changed.filter(({ hasPictures }) => !hasPictures);
  const notes: string[] = [];
  const left: DataParts<One> = { ...parts };
  for (const name of ['validation', 'test'] as const) {
    const set = parts[name];
    const taken = trained[name];
    if (set === undefined || taken === undefined || taken.length === 0) continue;
    left[name] = without(set, taken, run.path);
    notes.push(leftOutText(name, set, taken));
  }
  const isWhole = left.test === parts.test;
  const test = isWhole ? states.find(({ part }) => part === 'test')! : (await partStates(left, folder)).at(-1)!;
  if (!isWhole && contents) for (let index = 0; index < test.length; index++) test.contents(index);
  const changeText = [changesText(changes), ...inMemory.map(memoryChange)].filter(Boolean).join(', ');
  return {
    isRecorded: !isOther && changeText === '' && isWhole,
    parts: left,
    changes: isOther ? '' : changeText,
    // Of contents that were not read, the times have to tell.
    testFingerprint: contents || !test.hasPictures ? test.fingerprint() : test.state(),
    notes,
  };
}

function sameParts({ parts }: DataRecord, states: readonly PartState[]): boolean {
  return Object.keys(parts).length === states.length;
}

function memoryChange({ part, length }: PartState): string {
  return `other images or labels in the ${part} part, which has ${length} images`;
}

function without<One extends Dataset>(set: One, taken: Int32Array, run: string): One {
  const isTaken = new Set(taken);
  const rest = Int32Array.from({ length: set.length }, (_, index) => index).filter((index) => !isTaken.has(index));
  if (rest.length > 0) return select(set, rest);
  throw new Error(
    `${set.name}: expected pictures that ${run} was not trained on, got ${set.length} that it was; give others (--data)`,
  );
}

function leftOutText(name: string, set: Dataset, taken: Int32Array): string {
  const example = 'pictures' in set ? ` (such as ${set.pictures[taken[0]!]!.path})` : '';
  return `${taken.length} of ${set.length} pictures of the ${name} part were trained on by this run and are left out${example}`;
}

/** Pictures that a run trained on, and that are not in its training part any more: they stay known when it is recorded anew. */
export async function earlierPictures(run: RunFolder, train: Dataset, folder: string): Promise<PictureRow[]> {
  const [state] = await partStates({ train, test: train }, folder);
  const key = ({ path, bytes, time }: PictureRow) => `${bytes} ${time} ${path}`;
  const present = new Set<string>();
  for (let index = 0; index < train.length && state!.hasPictures; index++) present.add(key(state!.row(index)));
  const found: PictureRow[] = [];
  for await (const row of recordedPictures(run)) {
    if ((row.part === 'train' || row.part === 'earlier') && !present.has(key(row))) {
      found.push({ ...row, part: 'earlier' });
    }
  }
  return found;
}
