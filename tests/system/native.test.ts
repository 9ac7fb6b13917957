import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBuildInfo } from '../../scripts/setup/built-addon.mjs';

const build = dirname(readBuildInfo()!.addon);

/** Builds one of native/tests beside the addon, and runs it. */
function run(target: string): { status: number | null; output: string } {
  const built = spawnSync('cmake', ['--build', build, '--target', target], { encoding: 'utf8' });
  if (built.status !== 0) return { status: built.status, output: built.stdout + built.stderr };
  const { status, stdout, stderr } = spawnSync(join(build, 'tests', target), { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('in the addon', () => {
  it('a reference to a tensor stays good while more are made, and the handle of another thread is none', () => {
    expect(run('handles-test')).toEqual({ status: 0, output: '' });
  });

  it('memory is freed by any thread while another one reserves the heap, without a race', ({ skip }) => {
    const made = run('block-heap-test');
    // Not every compiler brings ThreadSanitizer, and not every kernel lays memory out as it expects.
    if (/cannot find.*tsan|unexpected memory mapping/.test(made.output)) skip(made.output);
    expect(made).toEqual({ status: 0, output: '' });
  });
});
