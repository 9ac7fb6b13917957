/** What a run remembers of its data: a summary of each part, and a row for each picture. */
import type { DataParts, Dataset, Part } from '../dataset.ts';
import { dataParts } from '../dataset.ts';
import { PartState } from './part-state.ts';

/** One part, as a whole. */
export interface PartSummary {
  images: number;
  /** Stands for it as it was on that disk: names, sizes and times of files, classes. */
  state: string;
  /** Stands for it wherever it is: names, contents, classes. */
  fingerprint: string;
}

/** Pictures that are trained on and measured as well: the same bytes. */
export interface SharedPictures {
  /** Of the test and the validation part. */
  count: number;
  /** Of some of them, the path in the training part, and that in the other. */
  examples: [train: string, other: string][];
}

export interface DataRecord {
  /** Where the data was: rows' paths begin there. */
  folder: string;
  /** Whether the contents of pictures were read, too; of very much data, only sizes and times are known. */
  contents: boolean;
  parts: Partial<Record<Part, PartSummary>>;
  /** Left out where there are none, or contents were not read. */
  inBothParts?: SharedPictures;
}

/** Contents are read where that takes seconds, not minutes. */
const mostRead = { pictures: 250_000, bytes: 2 * 2 ** 30 };

const mostExamples = 5;

/** The parts of a data set as they are now; files are looked at, not read. */
export async function partStates(parts: DataParts<Dataset>, folder: string): Promise<PartState[]> {
  const states: PartState[] = [];
  for (const part of dataParts) {
    const set = parts[part];
    if (set !== undefined) states.push(await PartState.of(set, part, folder));
  }
  return states;
}

/** Whether contents are read of data of this size. */
export function readsContents(states: readonly PartState[]): boolean {
  const sum = (of: (state: PartState) => number) => states.reduce((total, state) => total + of(state), 0);
  return sum(({ length }) => length) <= mostRead.pictures && sum(({ totalBytes }) => totalBytes) <= mostRead.bytes;
}

/**
 * What is to be remembered of data: reads the contents of every picture, unless they are too many.
 *
 * @param reads whether contents are read (default: where all pictures together are up to 250,000 and 2 GiB)
 */
export function recordOf(states: readonly PartState[], folder: string, reads = readsContents(states)): DataRecord {
  const shared = reads ? sharedPictures(states) : undefined;
  return {
    folder,
    contents: reads,
    parts: Object.fromEntries(states.map((state) => [state.part, summaryOf(state)])),
    ...(shared && shared.count > 0 && { inBothParts: shared }),
  };
}

export function summaryOf(state: PartState): PartSummary {
  return { images: state.length, state: state.state(), fingerprint: state.fingerprint() };
}

/** Reads all contents, and tells those that are in the training part and in another. */
function sharedPictures(states: readonly PartState[]): SharedPictures {
  const trained = new Map<string, string>();
  const found: SharedPictures = { count: 0, examples: [] };
  for (const state of states) {
    for (let index = 0; index < state.length; index++) {
      const contents = state.contents(index);
      if (contents === undefined) continue;
      if (state.part === 'train') {
        if (!trained.has(contents)) trained.set(contents, state.row(index).path);
        continue;
      }
      const twin = trained.get(contents);
      if (twin === undefined) continue;
      found.count++;
      if (found.examples.length < mostExamples) found.examples.push([twin, state.row(index).path]);
    }
  }
  return found;
}
