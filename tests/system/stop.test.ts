/** SIGTERM is answered whatever a training is at. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CheckpointFolder } from '../../src/runs/index.ts';
import { startPatchwork } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';

const stuckThread = fileURLToPath(new URL('../support/stuck-thread.mjs', import.meta.url));
const busyThread = fileURLToPath(new URL('../support/busy-thread.mjs', import.meta.url));
const sets = fileURLToPath(new URL('../support/stalled-sets.mjs', import.meta.url));

/** Trains on data that does not come, and sends SIGTERM when it is waited for. */
async function stopped(data: string, folder: string, run: string) {
  const flags = ['--data', data, '--model', 'resnet8', '--batch-size', '4', '--threads', '1', '--run', run];
  const started = startPatchwork(['--import', sets, 'train', ...flags], { env: { STALLED_FOLDER: folder } });
  while (!existsSync(join(folder, 'waiting')) && started.child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  started.child.kill('SIGTERM');
  return await started.ended;
}

it('a training that waits for a file that never comes saves and ends', async () => {
  const folder = temporaryFolder();
  const run = join(folder, 'run');
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  const { signal, output, errors } = await stopped('stalled', folder, run);
  // Not by an exit status: a thread that waits for the file cannot be ended in another way. Shells say 143 of both.
  expect(signal, errors).toBe('SIGTERM');
  expect(errors).toContain('stopping: finishes this step and saves; once more ends at once');
  expect(output).toContain(`stopped and saved; go on with: npx patchwork resume ${run}`);
  expect(new CheckpointFolder(join(run, 'checkpoints')).latest()?.step).toBe(3);
});

it('a training whose data keeps the main thread while it is opened ends at once, before there is a run folder', async () => {
  const folder = temporaryFolder();
  const run = join(folder, 'run');
  expect(await stopped('stalled-open', folder, run)).toMatchObject({ signal: 'SIGTERM', output: '', errors: '' });
  expect(existsSync(run)).toBe(false);
});

it('a loader is closed although one of its threads waits for a file that never comes', () => {
  const pipe = join(temporaryFolder(), 'pipe');
  spawnSync('mkfifo', [pipe]);
  const { stdout, signal } = spawnSync(process.execPath, [stuckThread, pipe], { encoding: 'utf8' });
  expect(stdout).toBe('loader: expected an open loader, got one that was closed; create a new one\nclosed\n');
  expect(signal).toBe('SIGTERM');
});

it('a signal is answered while the main thread is busy, once, and heard when it no longer is', async () => {
  const end = join(temporaryFolder(), 'end');
  const child = spawn(process.execPath, [busyThread, end], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  let isSent = false;
  for await (const chunk of child.stderr.setEncoding('utf8')) {
    errors += chunk;
    if (errors === 'ready\n' && !isSent) {
      isSent = child.kill('SIGTERM');
      child.kill('SIGTERM');
    }
    // Only now may the thread go on: had the answer needed it, this would wait to the end of the test.
    if (errors.includes('answered\n')) writeFileSync(end, '');
  }
  expect(errors).toMatch(/^ready\nanswered\n(heard\n)+done\n$/);
});
