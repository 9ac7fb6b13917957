import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-make-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

it('makes a folder with those around it, once or again', () => {
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path, '--out DIR');
  makeFolder(path, '--out DIR');
  expect(statSync(path).isDirectory()).toBe(true);
});

it('says what it got and the way out where there is a file, or nothing can be made, without waiting', () => {
  writeFileSync(join(root, 'file'), '');
  const inFile = join(root, 'file', 'run');
  expect(() => makeFolder(inFile, '--run DIR')).toThrow(
    `${inFile}: expected a folder that can be written, got a file where a folder should be (ENOTDIR); use another one: --run DIR`,
  );
  if (existsSync('/proc/self')) expect(() => makeFolder('/proc/none/run', '--run DIR')).toThrow(/\(E[A-Z]+\); use/);
});

it.skipIf(process.getuid?.() === 0)('refuses a folder without the right to write (skipped for root)', () => {
  const path = join(root, 'closed');
  makeFolder(path, '--out DIR');
  chmodSync(path, 0o500);
  expect(() => makeFolder(path, '--out DIR')).toThrow('got no permission (EACCES); use another one: --out DIR');
});
