import { readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { openRunData, readRunConfig, resume, train } from '../config/index.ts';
import { RunFolder, readDataRecord, readMetrics, recordedPictures } from '../runs/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { evaluateRun, predict } from './index.ts';

const classes = ['cat', 'dog'];

/** A folder without parts, of which a share is measured; and a run on it. */
async function trained(changes: Parameters<typeof smallConfig>[0] = {}) {
  const data = join(temporaryFolder(), 'photos');
  await writePictures(
    data,
    classes.flatMap((name) => Array.from({ length: 20 }, (_, i) => `${name}/${i}.png`)),
  );
  const run = join(temporaryFolder(), 'run');
  await train(smallConfig({ data: `${data}:size=16`, mix: 'none', batchSize: 8, epochs: 1, ...changes }), { run });
  return { data, run, add: adder(data) };
}

/** Adds a new picture, different from all others. */
function adder(data: string) {
  let seed = 1000;
  return async (path: string) => writeFile(join(data, path), await pictureBytes(seed++, 'png'));
}

async function rowsOf(run: string) {
  const rows = [];
  for await (const row of recordedPictures(RunFolder.open(run))) rows.push(row);
  return rows;
}

async function opened(run: string, data?: string) {
  const folder = RunFolder.open(run);
  return openRunData(folder, readRunConfig(folder), { data });
}

const contentsOf = (paths: readonly string[]) => paths.map((path) => readFileSync(path).toString('base64'));

describe('a run on a folder that grows', () => {
  it('never measures what it was trained on, week by week', async () => {
    const { data, run, add } = await trained();
    const rows = await rowsOf(run);
    const trainedOn = new Set(
      contentsOf(rows.filter(({ part }) => part === 'train').map(({ path }) => join(data, path))),
    );
    const measured = async (text?: string) => {
      const { parts, notes } = await opened(run, text);
      if (!('pictures' in parts.test)) throw new Error('expected pictures');
      const test = contentsOf(parts.test.pictures.map(({ path }) => path));
      expect(test.filter((bytes) => trainedOn.has(bytes))).toEqual([]);
      return { length: test.length, notes: notes.join('\n') };
    };
    const first = await measured();
    expect(first).toEqual({ length: rows.filter(({ part }) => part === 'test').length, notes: '' });

    // The first week: pictures come, before and after the others.
    for (let i = 0; i < 10; i++) for (const name of classes) await add(`${name}/${i % 2 ? '' : 'x'}${100 + i}.png`);
    const grown = await measured();
    expect(grown.length).toBeGreaterThan(first.length);
    expect(grown.notes).toContain('20 added');

    // The second: some are renamed, one is put into its right class, one goes.
    for (let i = 0; i < 20; i++) renameSync(join(data, `cat/${i}.png`), join(data, `cat/renamed-${i}.png`));
    renameSync(join(data, 'dog/3.png'), join(data, 'cat/was-a-dog.png'));
    rmSync(join(data, 'dog/4.png'));
    const renamed = await measured();
    expect(renamed.notes).toMatch(/20 added .* 1 gone .*dog\/4\.png.* 20 renamed .* 1 relabeled .*was dog\/3\.png/s);

    // The third: the parts are drawn by another seed, and everything lies elsewhere.
    const drawnAnew = await measured(`${data}:size=16,seed=1`);
    expect(drawnAnew.notes).toMatch(
      /\d+ of \d+ pictures of the test part were trained on by this run and are left out/,
    );
    renameSync(data, `${data}-moved`);
    const elsewhere = await opened(run, `${data}-moved:size=16`);
    expect(elsewhere.parts.test.length).toBe(renamed.length);
  });

  it('goes on only with what it was trained on, or where the change is accepted, which it remembers', async () => {
    const { data, run, add } = await trained();
    utimesSync(join(data, 'cat/1.png'), 1, 1);
    expect((await resume(run)).outcome).toBe('finished');
    const before = (await rowsOf(run)).filter(({ part }) => part === 'train');
    await add('cat/20.png');
    await expect(resume(run)).rejects.toThrow(
      /has changed since the training: 1 added \(cat\/20\.png\)\nExpected the data that the run was trained on: put it back, or .*--accept-changed-data/,
    );
    const gone = before[0]!;
    renameSync(join(data, gone.path), `${data}.png`);
    const events: TrainEvent[] = [];
    await resume(run, { acceptChangedData: true, listener: (event) => events.push(event) });
    expect(events[0]).toMatchObject({ type: 'start', notes: [expect.stringContaining('1 added')] });
    expect((await rowsOf(run))[0]).toMatchObject({ ...gone, part: 'earlier' });
    // Accepted once, it is what the run knows; the picture that is gone is still one that was trained on.
    expect((await opened(run)).isRecorded).toBe(true);
    const test = (await rowsOf(run)).find(({ part }) => part === 'test')!;
    renameSync(`${data}.png`, join(data, test.path));
    const { parts } = await opened(run);
    if (!('pictures' in parts.test)) throw new Error('expected pictures');
    expect(parts.test.pictures.map(({ path }) => path)).not.toContain(join(data, test.path));
  });

  it('knows its pictures also where only some of them are trained on', async () => {
    const { run } = await trained({ limitTrain: 16 });
    expect(readDataRecord(RunFolder.open(run))!.parts.train!.images).toBe(16);
    expect((await opened(run)).isRecorded).toBe(true);
  });

  it('is refused where its classes have changed places', async () => {
    const { data, run } = await trained();
    renameSync(join(data, 'cat'), join(data, 'zcat'));
    const refusal = /expected 'cat' as class 0, as in training, got 'dog'/;
    await expect(resume(run, { acceptChangedData: true })).rejects.toThrow(refusal);
    await expect(evaluateRun(run)).rejects.toThrow(refusal);
  });

  it('says that it cannot tell, where its record is gone', async () => {
    const { run } = await trained();
    rmSync(join(run, 'data.json'));
    expect((await evaluateRun(run)).notes).toEqual([expect.stringContaining('run has no data.json')]);
    await expect(resume(run)).rejects.toThrow(/has no data\.json.*\n.*--accept-changed-data/);
    await resume(run, { acceptChangedData: true });
    expect((await opened(run)).isRecorded).toBe(true);
  });
});

it('what was kept of the test pictures is not used again when they or their labels were corrected', async () => {
  const { data, run } = await trained({ epochs: 3, augment: { flip: false, padding: 0 } });
  const test = (await rowsOf(run)).filter(({ part }) => part === 'test').map(({ path }) => path);
  const suites = [{ name: 'accuracy' }, { name: 'robustness', options: { pgdSteps: 1 } }];
  const before = await evaluateRun(run, { suites });
  const kept = await predict(run);
  for (const path of test) writeFile(join(data, path), await pictureBytes(path.length, 'png', 16, 16));
  const after = await evaluateRun(run, { suites });
  expect(after.accuracy!.valLoss).not.toBe(before.accuracy!.valLoss);
  expect(after.robustness).not.toEqual(before.robustness);
  expect((await predict(run)).probabilities).not.toEqual(kept.probabilities);
  expect(after.notes).toEqual([expect.stringContaining(`${test.length} edited`)]);
});

it('a picture that is trained on and measured is named when training begins', async () => {
  const data = join(temporaryFolder(), 'photos');
  await writePictures(data, ['train/a/1.png', 'train/a/2.png', 'train/b/1.png', 'val/a/1.png', 'val/b/1.png']);
  writeFile(join(data, 'val/b/twin.png'), readFileSync(join(data, 'train/a/2.png')));
  const events: TrainEvent[] = [];
  const listener = (event: TrainEvent) => events.push(event);
  const run = join(temporaryFolder(), 'run');
  await train(smallConfig({ data: `${data}:size=16`, mix: 'none', batchSize: 2, epochs: 1 }), { run, listener });
  expect(events[0]).toMatchObject({
    notes: expect.arrayContaining([
      'of the pictures that are measured, 1 is trained on too, byte for byte, such as val/b/twin.png (train/a/2.png): ' +
        'errors come out too low',
    ]),
  });
  expect(readMetrics(join(run, 'metrics.jsonl')).length).toBeGreaterThan(0);
});
