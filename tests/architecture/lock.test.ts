import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../scripts/setup/lock.mjs';

const module = pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'lock.mjs')).href;
let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function start(script: string): Promise<number | null> {
  const text = `import { withLock } from '${module}'; import * as fs from 'node:fs'; ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'inherit' });
  return new Promise((ended) => child.on('close', ended));
}

/** Adds one to a number in a file, slowly enough that two at once would lose an addition. */
const countUp = (file: string) => `
  for (let i = 0; i < 5; i++) await withLock('${lock}', () => {}, async () => {
    const n = Number(fs.readFileSync('${file}', 'utf8'));
    await new Promise((wake) => setTimeout(wake, 3));
    fs.writeFileSync('${file}', String(n + 1));
  });`;

describe('the lock of the set-up', () => {
  it('lets one process in at a time, also when all of them find a dead owner first', async () => {
    const file = join(folder, 'count');
    writeFileSync(file, '0');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(lock);
    writeFileSync(join(lock, `${dead}-12345`), '');
    const codes = await Promise.all([1, 2, 3, 4].map(() => start(countUp(file))));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(file, 'utf8')).toBe('20');
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a process that was killed while it held it', async () => {
    await start(`await withLock('${lock}', () => {}, () => process.kill(process.pid, 'SIGKILL'));`);
    expect(existsSync(lock)).toBe(true);
    expect(
      await withLock(
        lock,
        () => {},
        () => 'in',
      ),
    ).toBe('in');
  });

  it('is free again after an error', async () => {
    const failing = withLock(
      lock,
      () => {},
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });
});
