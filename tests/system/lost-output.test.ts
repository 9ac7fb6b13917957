/** Nobody reads what is printed, or it cannot be written: what a command is for is done all the same. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { program } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';

const flags = '--data shapes:train=64,test=32,size=16 --model resnet8 --threads 1 --batch-size 16 --epochs 2';

/** Runs a line of a shell, in which `patchwork` is the program; what it prints and its status, or those of its pipe's parts. */
function shell(folder: string, line: string) {
  const script = `patchwork() { "$NODE" "$PROGRAM" "$@"; }\n${line}\necho "status \${PIPESTATUS[*]}"`;
  const env = { ...process.env, NODE: process.execPath, PROGRAM: program };
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env });
  return { output: stdout, errors: stderr, status: /status ([\d ]+)$/.exec(stdout.trim())?.[1] };
}

const hasFull = existsSync('/dev/full');

describe('a training', () => {
  it('whose reader goes away is trained and saved, to the bytes of one that is read', () => {
    const folder = temporaryFolder();
    const { output, status } = shell(folder, `patchwork train ${flags} --run run 2>&1 | head -n 1`);
    expect(output).toContain('images: 64 to train on');
    expect(status).toBe('0 0');
    expect(shell(folder, `patchwork train ${flags} --run read`).status).toBe('0');
    expect(checkpointDigests(join(folder, 'run'))).toEqual(checkpointDigests(join(folder, 'read')));
  });

  it.skipIf(!hasFull)('on a full disk for standard error is trained and saved', () => {
    const folder = temporaryFolder();
    expect(shell(folder, `patchwork train ${flags} --run run 2>/dev/full`).status).toBe('0');
    expect(checkpointDigests(join(folder, 'run')).name).toBe('step-00000008');
  });

  it.skipIf(!hasFull)('on a full disk for its result is trained and saved, and says that the result is lost', () => {
    const folder = temporaryFolder();
    const { errors, status } = shell(folder, `patchwork train ${flags} --run run >/dev/full`);
    expect(status).toBe('1');
    expect(errors).toMatch(/\npatchwork: standard output: expected to be written, got ENOSPC\n$/);
    expect(errors).not.toMatch(/^ +at /m);
    expect(checkpointDigests(join(folder, 'run')).name).toBe('step-00000008');
  });

  it('with its outputs closed is trained and saved', () => {
    const folder = temporaryFolder();
    expect(shell(folder, `patchwork train ${flags} --run run >&- 2>&-`).status).toBe('0');
    expect(checkpointDigests(join(folder, 'run')).name).toBe('step-00000008');
  });
});

it.each(['2>&1 | head -n 1', ...(hasFull ? ['2>/dev/full >/dev/null'] : [])])(
  'compare %s trains all and writes the report',
  (end) => {
    const folder = temporaryFolder();
    const { status } = shell(folder, `patchwork compare ${flags} --methods baseline,cutmix --seeds 1 --out out ${end}`);
    expect(status).toMatch(/^0( 0)?$/);
    for (const name of ['report.html', 'results.json', 'results.csv'])
      expect(existsSync(join(folder, 'out', name))).toBe(true);
  },
);

it('says what the test part gave once', () => {
  const data = flags.replace('size=16', 'size=16,validationShare=0.25');
  const { output } = shell(temporaryFolder(), `patchwork train ${data} --run run 2>&1`);
  expect(output.match(/test part, by the best epoch's weights/g)).toHaveLength(1);
});
