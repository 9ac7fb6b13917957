import { mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import { temporaryFolder } from '../../../tests/support/small-training.ts';
import { stream } from '../../random/index.ts';
import { openData } from '../sets/open-data.ts';
import { compareData } from './changes.ts';
import { partStates, recordOf } from './data-record.ts';
import { type PictureRow, parseRow, rowText } from './picture-row.ts';

/** The bytes are never decoded here. */
function writePhotos(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, contents] of Object.entries(files)) writeFile(join(folder, path), contents);
}

const photos = {
  ...Object.fromEntries([1, 2, 3, 4].map((i) => [`train/cat/${i}.jpg`, `cat ${i}`])),
  ...Object.fromEntries([1, 2, 3, 4].map((i) => [`train/dog/${i}.jpg`, `dog ${i}`])),
  ...{ 'val/cat/5.jpg': 'cat 5', 'val/cat/6.jpg': 'cat 6', 'val/dog/5.jpg': 'dog 5', 'val/dog/6.jpg': 'dog 6' },
};

async function statesOf(folder: string) {
  return partStates(await openData(folder), folder);
}

async function recorded(folder: string): Promise<PictureRow[]> {
  const states = await statesOf(folder);
  recordOf(states, folder);
  return states.flatMap((state) => Array.from({ length: state.length }, (_, index) => state.row(index)));
}

async function* given(rows: readonly PictureRow[]) {
  for (const row of rows) yield parseRow(rowText(row));
}

/** What is found after a change to the photos: `KIND COUNT EXAMPLE`, and the pictures of the test part that were trained on. */
async function found(change: (folder: string) => void, contents = true) {
  const folder = temporaryFolder();
  writePhotos(folder, photos);
  let rows = await recorded(folder);
  if (!contents) rows = rows.map(({ contents: _, ...row }) => row);
  change(folder);
  const states = await statesOf(folder);
  const { changes, trained } = await compareData(() => given(rows), states, { contents });
  const test = states.find(({ part }) => part === 'test')!;
  return {
    changes: changes.map(({ kind, count, example }) => `${kind} ${count} ${example}`),
    trained: [...(trained.test ?? [])].map((index) => test.row(index).path),
  };
}

const move = (from: string, to: string) => (folder: string) => renameSync(join(folder, from), join(folder, to));

describe('data compared with its record', () => {
  it.each<[string, (folder: string) => void, string[], string[]]>([
    ['nothing', () => {}, [], []],
    ['a picture more', (f) => writePhotos(f, { 'val/cat/0.jpg': 'new' }), ['added 1 val/cat/0.jpg'], []],
    ['two less', (f) => rmSync(join(f, 'train/dog/1.jpg')), ['gone 1 train/dog/1.jpg'], []],
    ['another name', move('val/cat/5.jpg', 'val/cat/0.jpg'), ['renamed 1 val/cat/0.jpg, was val/cat/5.jpg'], []],
    [
      'another class',
      move('val/cat/5.jpg', 'val/dog/0.jpg'),
      ['relabeled 1 val/dog/0.jpg, now dog, was val/cat/5.jpg'],
      [],
    ],
    ['other bytes', (f) => writePhotos(f, { 'val/cat/5.jpg': 'cat X' }), ['edited 1 val/cat/5.jpg'], []],
    ['another time alone', (f) => utimesSync(join(f, 'val/cat/5.jpg'), 1, 1), [], []],
    [
      'two folders exchanged',
      (f) => {
        move('val/cat', 'val/x')(f);
        move('val/dog', 'val/cat')(f);
        move('val/x', 'val/dog')(f);
      },
      ['edited 4 val/cat/5.jpg'],
      [],
    ],
    [
      'a training picture among the test pictures',
      move('train/cat/1.jpg', 'val/cat/1.jpg'),
      ['renamed 1 val/cat/1.jpg, was train/cat/1.jpg', 'moved to another part 1 val/cat/1.jpg, now test, was train'],
      ['val/cat/1.jpg'],
    ],
    [
      'a copy of a training picture among the test pictures, under another name and class',
      (f) => writePhotos(f, { 'val/dog/9.jpg': 'cat 3' }),
      ['added 1 val/dog/9.jpg'],
      ['val/dog/9.jpg'],
    ],
    [
      'a test picture overwritten by a training picture',
      (f) => writePhotos(f, { 'val/cat/6.jpg': 'cat 2' }),
      ['edited 1 val/cat/6.jpg'],
      ['val/cat/6.jpg'],
    ],
  ])('%s', async (_, change, changes, trained) => {
    expect(await found(change)).toEqual({ changes, trained });
  });

  it('without contents, tells pictures by names, sizes and times', async () => {
    expect(await found((f) => utimesSync(join(f, 'val/cat/5.jpg'), 1, 1), false)).toEqual({ changes: [], trained: [] });
    const longer = (f: string) => writePhotos(f, { 'val/cat/5.jpg': 'cat 555' });
    expect(await found(longer, false)).toMatchObject({ changes: ['edited 1 val/cat/5.jpg'] });
    const moved = await found(move('val/cat/5.jpg', 'val/cat/0.jpg'), false);
    expect(moved.changes).toEqual(['renamed 1 val/cat/0.jpg, was val/cat/5.jpg']);
  });

  it('finds what was done, whatever was done: random changes to a random folder', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = stream(seed, 'changes');
      const pick = (count: number) => Math.floor(random.uniform() * count);
      const folder = temporaryFolder();
      const files = new Map<string, string>();
      for (let i = 0; i < 60; i++) files.set(`${i % 2 ? 'train' : 'val'}/c${pick(3)}/${i}.jpg`, `picture ${i}`);
      for (const part of ['train', 'val']) for (let c = 0; c < 3; c++) files.set(`${part}/c${c}/k.jpg`, part + c);
      writePhotos(folder, Object.fromEntries(files));
      const rows = await recorded(folder);
      const count = { added: 0, gone: 0, edited: 0 };
      for (const path of [...files.keys()].filter((path) => !path.endsWith('k.jpg'))) {
        const what = pick(6);
        if (what === 0) rmSync(join(folder, path));
        if (what === 1) writeFile(join(folder, path), `edited ${path}`);
        if (what === 2) writeFile(join(folder, path.replace('.jpg', '-more.jpg')), `added ${path}`);
        if (what < 3) count[(['gone', 'edited', 'added'] as const)[what]!]++;
      }
      const { changes, trained } = await compareData(() => given(rows), await statesOf(folder), { contents: true });
      const counts = Object.fromEntries(changes.map(({ kind, count: many }) => [kind, many]));
      expect({ added: 0, gone: 0, edited: 0, ...counts }).toEqual(count);
      expect(trained).toEqual({});
    }
  });
});

describe('the record of data', () => {
  it('has a fingerprint that does not depend on where and when, but on names, bytes and classes', async () => {
    const [here, there] = [temporaryFolder(), join(temporaryFolder(), 'deeper')];
    mkdirSync(there);
    for (const folder of [here, there]) writePhotos(folder, photos);
    utimesSync(join(there, 'val/cat/5.jpg'), 1, 1);
    const prints = async (folder: string) => recordOf(await statesOf(folder), folder).parts;
    const [one, other] = [await prints(here), await prints(there)];
    expect(one.test!.fingerprint).toBe(other.test!.fingerprint);
    expect(one.test!.state).not.toBe(other.test!.state);
    writePhotos(there, { 'val/cat/5.jpg': 'cat X' });
    expect((await prints(there)).test!.fingerprint).not.toBe(one.test!.fingerprint);
    expect((await prints(there)).train!.fingerprint).toBe(one.train!.fingerprint);
  });

  it('names pictures that are trained on and measured: the same bytes under any name', async () => {
    const folder = temporaryFolder();
    writePhotos(folder, { ...photos, 'val/dog/7.jpg': photos['train/cat/2.jpg' as keyof typeof photos]! });
    expect(recordOf(await statesOf(folder), folder).inBothParts).toEqual({
      count: 1,
      examples: [['train/cat/2.jpg', 'val/dog/7.jpg']],
    });
    rmSync(join(folder, 'val/dog/7.jpg'));
    expect(recordOf(await statesOf(folder), folder)).not.toHaveProperty('inBothParts');
  });

  it('of images in memory is of their pixels and labels', async () => {
    const of = async (text: string) => recordOf(await partStates(await openData(text), '.'), '.').parts.train;
    const one = await of('shapes:train=8,test=4,size=16');
    expect(await of('shapes:train=8,test=4,size=16')).toEqual(one);
    expect((await of('shapes:train=8,test=4,size=16,seed=1'))!.fingerprint).not.toBe(one!.fingerprint);
  });

  it.each(['', '[]', '["train","a",1,2]', '["other","a",1,2,"b"]', '{"part":"train"}'])('%s is no row', (line) => {
    expect(() => parseRow(line)).toThrow();
  });

  it('is read back as it was written', () => {
    const row = { part: 'train', path: 'a "b"\n.jpg', bytes: 3, time: 1.5, target: 'ü', contents: 'ab' } as const;
    expect(parseRow(rowText(row))).toEqual(row);
  });
});
