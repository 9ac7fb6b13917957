import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../src/random/index.ts';
import { CheckpointFolder } from '../../src/runs/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { patchwork, startPatchwork } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';
import { isAfterBest, trainUnderKills } from '../support/train-under-kills.ts';

// 16 steps an epoch, saved after nearly every one.
const flags = [
  ...['--data', 'shapes:train=256,test=32,size=16', '--model', 'resnet8', '--mix', 'cutmix', '--threads', '1'],
  ...['--batch-size', '16', '--epochs', '12', '--set', 'checkpointMinutes=0.0001'],
];
let whole: object;
// Here, not in the hook: vitest takes hooks only while it collects the file.
const suiteFolder = temporaryFolder(afterAll);
beforeAll(async () => {
  const run = join(suiteFolder, 'whole');
  expect(await patchwork(['train', ...flags, '--run', run])).toMatchObject({ code: 0 });
  whole = checkpointDigests(run);
});

/** One that is removed while it is looked at is none. */
function wasAfterBest(run: string): boolean {
  try {
    return isAfterBest(run);
  } catch {
    return false;
  }
}

describe('a training process', () => {
  // The long form, with twenty kills: npx tsx tests/kill-and-resume.ts
  it('killed by SIGKILL three times and resumed ends with the same bytes as one never killed', async () => {
    const run = join(temporaryFolder(), 'run');
    const { kills } = await trainUnderKills(run, flags, { kills: 3, random: stream(1, 'kills') });
    expect(kills).toBe(3);
    expect(checkpointDigests(run)).toEqual(whole);
  });

  // What is read of the best epoch is written again: the same bytes, in the same order.
  it('killed after its best epoch and resumed ends with the same bytes, state.json included', async () => {
    const run = join(temporaryFolder(), 'run');
    const { child, ended } = startPatchwork(['train', ...flags, '--run', run]);
    while (!wasAfterBest(run) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await patchwork(['resume', run])).toMatchObject({ code: 0 });
    expect(checkpointDigests(run)).toEqual(whole);
    expect(Object.keys(whole)).toContain('state.json');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'told to stop by %s finishes its step, saves, says how to go on and exits with %i',
    async (signal, status) => {
      const run = join(temporaryFolder(), 'run');
      const { child, ended } = startPatchwork(['train', ...flags, '--run', run]);
      const checkpoints = new CheckpointFolder(join(run, 'checkpoints'));
      while (!checkpoints.latest() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill(signal);
      const { code, output, errors } = await ended;
      expect(code).toBe(status);
      expect(errors).toContain('stopping: finishes this step and saves');
      expect(output).toContain(`stopped and saved; go on with: npx patchwork resume ${run}`);
      expect(await patchwork(['resume', run])).toMatchObject({ code: 0 });
      expect(checkpointDigests(run)).toEqual(whole);
    },
  );
});
