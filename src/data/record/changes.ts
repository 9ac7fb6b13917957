/** What differs between data as a run recorded it and as it is now. */
import type { Part } from '../dataset.ts';
import type { PartState } from './part-state.ts';
import type { PictureRow } from './picture-row.ts';

const changeKinds = ['added', 'gone', 'renamed', 'relabeled', 'edited', 'moved to another part'] as const;

/** How many pictures changed in one way, and one of them, in words. */
export interface DataChange {
  kind: (typeof changeKinds)[number];
  count: number;
  example: string;
}

export interface DataComparison {
  /** What changed first in the list is what there is most to say of; empty where nothing has changed. */
  changes: DataChange[];
  /** Pictures of the validation and the test part that the run has trained on: numbers in the set, rising. */
  trained: Partial<Record<Part, Int32Array>>;
}

export interface CompareDataOptions {
  /** Whether contents are compared; else sizes and times have to do. */
  contents: boolean;
}

/** A picture as it is now. */
interface Present {
  state: PartState;
  index: number;
  row: PictureRow;
}

/**
 * Compares pictures with a record of them in one pass over both, which holds only those that have not met their counterpart
 * yet: much data needs no more memory than little. Contents are read only of pictures whose size or time differs, or which
 * have no counterpart.
 *
 * @param recorded the rows, from the first to the last each time that it is called
 */
export async function compareData(
  recorded: () => AsyncIterable<PictureRow>,
  states: readonly PartState[],
  { contents }: CompareDataOptions,
): Promise<DataComparison> {
  const list = new ChangeList();
  const unmet = await meetByPath(recorded(), states, contents, list);
  meetByContents(unmet, contents, list);
  const { gone, added, suspects } = unmet;
  for (const before of gone) list.add('gone', before.path);
  for (const { row } of added) list.add('added', row.path);
  const measured = [...suspects, ...added].filter(({ state }) => state.part !== 'train');
  return { changes: list.changes, trained: await trainedAmong(measured, recorded, contents) };
}

/** What is left of the record, what is left of the data, and pictures that are not what they were where they were. */
interface Unmet {
  gone: Set<PictureRow>;
  added: Set<Present>;
  suspects: Present[];
}

async function meetByPath(
  recorded: AsyncIterable<PictureRow>,
  states: readonly PartState[],
  contents: boolean,
  list: ChangeList,
): Promise<Unmet> {
  const parts = new Set<string>(states.map(({ part }) => part));
  const [gone, added, suspects] = [new Map<string, PictureRow>(), new Map<string, Present>(), [] as Present[]];
  const meet = (before: PictureRow, now: Present) => {
    const isSame = holdsTheSame(before, now, contents);
    if (!isSame) list.add('edited', now.row.path);
    describeMove(before, now, list);
    if (!isSame || before.part !== now.state.part) suspects.push(now);
  };
  const takePresent = (now: Present) => {
    const before = gone.get(now.row.path);
    if (before === undefined) added.set(now.row.path, now);
    else if (gone.delete(now.row.path)) meet(before, now);
  };
  const present = presentPictures(states);
  for await (const before of recorded) {
    if (!parts.has(before.part)) continue;
    const next = present.next();
    if (!next.done) takePresent(next.value);
    const now = added.get(before.path);
    if (now === undefined) gone.set(before.path, before);
    else if (added.delete(before.path)) meet(before, now);
  }
  for (const now of present) takePresent(now);
  return { gone: new Set(gone.values()), added: new Set(added.values()), suspects };
}

function* presentPictures(states: readonly PartState[]): Generator<Present, void> {
  for (const state of states.filter(({ hasPictures }) => hasPictures)) {
    for (let index = 0; index < state.length; index++) yield { state, index, row: state.row(index) };
  }
}

/** Whether a picture has the bytes that were recorded. Where these were not, one of the same size is taken for the same. */
function holdsTheSame(before: PictureRow, { state, index, row }: Present, contents: boolean): boolean {
  if (before.bytes === row.bytes && before.time === row.time) {
    state.keepContents(index, before.contents);
    return true;
  }
  if (before.contents === undefined || !contents) return before.bytes === row.bytes;
  return state.contents(index) === before.contents;
}

function describeMove(before: PictureRow, { row, state }: Present, list: ChangeList): void {
  const was = before.path === row.path ? before.target : before.path;
  if (before.target !== row.target) list.add('relabeled', `${row.path}, now ${row.target}, was ${was}`);
  else if (before.path !== row.path) list.add('renamed', `${row.path}, was ${was}`);
  if (before.part !== state.part) {
    list.add('moved to another part', `${row.path}, now ${state.part}, was ${before.part}`);
  }
}

/** Pictures with other paths are the same ones where their contents are. Takes them out of both sets. */
function meetByContents({ gone, added, suspects }: Unmet, contents: boolean, list: ChangeList): void {
  const key = ({ contents: known, bytes, time }: PictureRow) => known ?? `${bytes} ${time}`;
  const waiting = new Map<string, PictureRow>(Array.from(gone, (before) => [key(before), before]));
  for (const now of added) {
    const known = contents ? now.state.contents(now.index) : undefined;
    const before = waiting.get(key({ ...now.row, ...(known !== undefined && { contents: known }) }));
    if (before === undefined || !gone.delete(before)) continue;
    added.delete(now);
    describeMove(before, now, list);
    if (before.part !== now.state.part) suspects.push(now);
  }
}

/** Those of some pictures that the record has as trained on: by contents, or else by path and size. */
async function trainedAmong(
  pictures: readonly Present[],
  recorded: () => AsyncIterable<PictureRow>,
  contents: boolean,
): Promise<DataComparison['trained']> {
  if (pictures.length === 0) return {};
  const keysOf = (row: PictureRow) => [`path ${row.bytes} ${row.path}`, `contents ${row.contents}`];
  const waiting = new Map<string, Present[]>();
  for (const one of pictures) {
    const known = contents ? one.state.contents(one.index) : undefined;
    const [byPath, byContents] = keysOf({ ...one.row, ...(known !== undefined && { contents: known }) });
    const key = known === undefined ? byPath! : byContents!;
    waiting.set(key, [...(waiting.get(key) ?? []), one]);
  }
  const found = new Set<Present>();
  for await (const before of recorded()) {
    if (before.part !== 'train' && before.part !== 'earlier') continue;
    for (const key of keysOf(before)) for (const one of waiting.get(key) ?? []) found.add(one);
  }
  const numbers = (part: Part) =>
    Int32Array.from([...found].filter(({ state }) => state.part === part).map(({ index }) => index)).sort();
  const parts = [...new Set([...found].map(({ state }) => state.part))];
  return Object.fromEntries(parts.map((part) => [part, numbers(part)]));
}

class ChangeList {
  readonly #found = new Map<DataChange['kind'], DataChange>();

  add(kind: DataChange['kind'], example: string): void {
    const change = this.#found.get(kind);
    if (change === undefined) this.#found.set(kind, { kind, count: 1, example });
    else change.count++;
  }

  get changes(): DataChange[] {
    return changeKinds.flatMap((kind) => this.#found.get(kind) ?? []);
  }
}

/** As in `2 added (such as cat/9.jpg), 1 edited (dog/1.jpg)`. */
export function changesText(changes: readonly DataChange[]): string {
  return changes
    .map(({ kind, count, example }) => `${count} ${kind} (${count === 1 ? '' : 'such as '}${example})`)
    .join(', ');
}
