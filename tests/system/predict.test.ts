/** Predictions as users start them: stopped on the way, and without the data of the training. */
import { linkSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { patchwork, startPatchwork } from '../support/command-line.ts';
import { writePictures } from '../support/pictures.ts';
import { temporaryFolder } from '../support/small-training.ts';

const folder = temporaryFolder(afterAll);
const many = 3000;

beforeAll(async () => {
  const flags = ['--data', 'shapes:train=64,test=32,size=16', '--model', 'resnet8', '--epochs', '1', '--threads', '1'];
  const trained = await patchwork(['train', ...flags, '--run', 'run'], { cwd: folder });
  expect(trained.code, trained.errors).toBe(0);
  await writePictures(folder, ['cat.jpg']);
  mkdirSync(join(folder, 'photos'));
  for (let n = 0; n < many; n++) linkSync(join(folder, 'cat.jpg'), join(folder, 'photos', `${10_000 + n}.jpg`));
});

it('stops on Ctrl-C with the rows so far in a file that is called incomplete, and says how far it came', async () => {
  const watcher = watch(folder);
  const words = ['predict', 'run', 'photos', '--out', 'said.csv', '--batch-size', '1'];
  const { child, ended } = startPatchwork(words, { cwd: folder });
  // Once, when the first rows are written: a second signal would end it at once.
  let isSent = false;
  watcher.on('change', (type, name) => {
    if (isSent || type !== 'change' || name !== 'said.incomplete.csv') return;
    isSent = child.kill('SIGINT');
  });
  const { code, errors } = await ended;
  watcher.close();
  expect(code, errors).toBe(130);
  const [, done, all] = /stopped after (\d+) of (\d+) pictures; what there is, is in said\.incomplete\.csv/.exec(
    errors,
  )!;
  expect(Number(all)).toBe(many);
  const rows = readFileSync(join(folder, 'said.incomplete.csv'), 'utf8').trimEnd().split('\r\n').slice(1);
  expect(rows).toHaveLength(Number(done));
  expect(readdirSync(folder)).not.toContain('said.csv');
});

it('goes through many pictures in a stream: one row for each, all the same for the same picture', async () => {
  const { code, output, errors } = await patchwork(['predict', 'run', 'photos', '--json', '--top', '1'], {
    cwd: folder,
  });
  expect(code, errors).toBe(0);
  const rows = output
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { path: string; top: { name: string }[] });
  expect(rows.map(({ path }) => path)).toEqual(
    Array.from({ length: many }, (_, n) => join('photos', `${10_000 + n}.jpg`)),
  );
  expect(new Set(rows.map(({ top }) => top[0]!.name)).size).toBe(1);
});

it('help of predict begins with examples', async () => {
  const { output } = await patchwork(['predict', '--help']);
  const [examples, options] = ['\n\nExamples:\n  patchwork predict runs/NAME cat.jpg\n', '\nOptions:'].map((text) =>
    output.indexOf(text),
  );
  expect(examples).toBeGreaterThan(0);
  expect(options).toBeGreaterThan(examples!);
});
