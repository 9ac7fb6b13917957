/** What is done to a run folder while it trains. */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CheckpointFolder } from '../../src/runs/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { patchwork, startPatchwork } from '../support/command-line.ts';
import { writePictures } from '../support/pictures.ts';
import { temporaryFolder } from '../support/small-training.ts';

const small = [
  '--data',
  'shapes:train=64,test=32,size=16',
  '--model',
  'resnet8',
  '--threads',
  '1',
  '--batch-size',
  '16',
];

async function checkpointIn(run: string, exitCode: () => number | null): Promise<void> {
  const checkpoints = new CheckpointFolder(join(run, 'checkpoints'));
  while (!checkpoints.latest() && exitCode() === null) await new Promise((resolve) => setTimeout(resolve, 5));
}

// An epoch, and with it a checkpoint, takes a fraction of the time that evaluate takes to start.
it('evaluate and explain measure a checkpoint, of which one is removed every moment', async () => {
  const folder = temporaryFolder();
  const run = join(folder, 'run');
  await writePictures(folder, ['a.png']);
  const { child, ended } = startPatchwork(['train', ...small, '--epochs', '100000', '--run', run]);
  try {
    await checkpointIn(run, () => child.exitCode);
    for (let number = 0; number < 6; number++) {
      const words = number % 2 === 0 ? ['evaluate', run] : ['explain', run, join(folder, 'a.png')];
      const { code, errors } = await patchwork(words);
      expect(code, errors).toBe(0);
    }
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

it('a folder that is moved goes on to the same bytes, is stopped and resumed, and leaves nothing at its old name', async () => {
  const folder = temporaryFolder();
  const [run, moved, whole] = ['run', 'elsewhere/moved', 'whole'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(folder, 'elsewhere'));
  const flags = [...small, '--epochs', '30', '--set', 'checkpointMinutes=0.0001'];
  const { child, ended } = startPatchwork(['train', ...flags, '--run', run]);
  await checkpointIn(run, () => child.exitCode);
  renameSync(run, moved);
  const before = new CheckpointFolder(join(moved, 'checkpoints')).latest()!.step;
  const later = () => (new CheckpointFolder(join(moved, 'checkpoints')).latest()?.step ?? 0) > before + 2;
  while (!later() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  const { code, output, errors } = await ended;
  expect(code, errors).toBe(143);
  expect(output).toContain(`stopped and saved; go on with: npx patchwork resume ${moved}`);
  expect(existsSync(run)).toBe(false);
  expect(await patchwork(['resume', moved])).toMatchObject({ code: 0 });
  expect(await patchwork(['train', ...flags, '--run', whole])).toMatchObject({ code: 0 });
  expect(checkpointDigests(moved)).toEqual(checkpointDigests(whole));
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'whole']);
});

it('the folder of an experiment that is moved ends it with a sentence, and the same command goes on there', async () => {
  const folder = temporaryFolder();
  const [out, moved] = [join(folder, 'out'), join(folder, 'moved')];
  const words = ['compare', ...small, '--methods', 'baseline,cutmix', '--seeds', '1', '--epochs', '8', '--out'];
  const { child, ended } = startPatchwork([...words, out]);
  await checkpointIn(join(out, 'runs', 'baseline-seed0'), () => child.exitCode);
  renameSync(out, moved);
  const { code, errors } = await ended;
  expect(code).toBe(1);
  expect(errors).toContain(
    `experiment folder ${out}: expected the folder that is being written, got none: it is ${moved} now. ` +
      'What is in it is whole: give the new path to go on',
  );
  expect(readdirSync(folder)).toEqual(['moved']);
  expect(await patchwork([...words, moved])).toMatchObject({ code: 0 });
});
