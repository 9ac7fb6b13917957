/** Data that was moved, and files that are no pictures, while a run is gone on with. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resume, train } from '../../src/config/index.ts';
import { RunFolder } from '../../src/runs/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { patchwork } from '../support/command-line.ts';
import { writePictures } from '../support/pictures.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

const names = Array.from({ length: 12 }, (_, i) => [`cat/${i}.png`, `dog/${i}.png`]).flat();
const stopAt = (step: number) => {
  const controller = new AbortController();
  const listener = (event: { type: string; step?: number }) => {
    if (event.type === 'step' && event.step === step) controller.abort();
  };
  return { signal: controller.signal, listener };
};

it('resume --data goes on with data that was moved, as it was opened before, and the run knows where it is', async () => {
  const folder = temporaryFolder();
  const [photos, run, whole] = ['photos', 'run', 'whole'].map((name) => join(folder, name)) as [string, string, string];
  await writePictures(photos, names);
  const config = smallConfig({ data: `${photos}:size=16,testShare=0.25`, batchSize: 4, epochs: 2 });
  await train(config, { run: whole });
  await train(config, { run, ...stopAt(3) });
  const moved = join(folder, 'disk', 'pictures');
  mkdirSync(join(folder, 'disk'));
  renameSync(photos, moved);
  await expect(resume(run)).rejects.toThrow(photos);
  const { code, errors } = await patchwork(['resume', run, '--data', moved]);
  expect(code, errors).toBe(0);
  expect(checkpointDigests(run)).toEqual(checkpointDigests(whole));
  expect(RunFolder.open(run).readConfig().config).toMatchObject({ data: `${moved}:size=16,testShare=0.25`, seed: 0 });
  expect(await patchwork(['evaluate', run])).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))).toMatchObject({
    format: 1,
    classes: ['cat', 'dog'],
  });
});

it('a picture that has become a pipe ends training with its name, and what was done is kept', async () => {
  const folder = temporaryFolder();
  const [photos, run] = [join(folder, 'photos'), join(folder, 'run')];
  await writePictures(photos, names);
  const config = smallConfig({ data: `${photos}:size=16`, batchSize: 4, epochs: 50, workers: 1 });
  const picture = join(photos, 'cat', '5.png');
  const listener = ({ type, step }: { type: string; step?: number }) => {
    if (type !== 'step' || step !== 6) return;
    rmSync(picture);
    spawnSync('mkfifo', [picture]);
  };
  await expect(train(config, { run, listener })).rejects.toThrow(
    `${picture}: expected a file that can be read, got a FIFO`,
  );
  expect(RunFolder.open(run).checkpoints.latest()?.step).toBeGreaterThanOrEqual(6);
});
