import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readRegularFile } from './regular-file.ts';
import { FileError } from './system-errors.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-regular-file-'));
afterAll(() => rmSync(root, { recursive: true }));

const options = { expected: 'a list', atMost: 10, wayOut: 'give another' };
const read = (path: string) => readRegularFile(path, options).toString();

it('reads up to as many bytes as are allowed, none included', () => {
  const path = join(root, 'list');
  for (const text of ['', 'a', 'ten bytes.']) {
    writeFileSync(path, text);
    expect(read(path)).toBe(text);
  }
  writeFileSync(path, 'eleven byte');
  expect(() => read(path)).toThrow(`${path}: expected a list of at most 10 bytes, got 11`);
});

it('refuses a file of a terabyte before it is read', () => {
  const path = join(root, 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);
  expect(() => read(path)).toThrow('got 1099511627776');
});

it('says what was found in place of a file, and the way out', () => {
  expect(() => read(root)).toThrow(`${root}: expected a list, got a folder; give another`);
  expect(() => read(join(root, 'none'))).toThrow('expected a list, got no such file or folder (ENOENT); give another');
  expect(() => read(join(root, 'list', 'x'))).toThrow('got a file where a folder should be (ENOTDIR)');
  expect(() => read(join(root, 'x'.repeat(300)))).toThrow('got a name that is too long (ENAMETOOLONG)');
  expect(() => read(root)).toThrow(FileError);
});

it.skipIf(process.platform === 'win32')('waits for no pipe', () => {
  const pipe = join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(() => read(pipe)).toThrow(`${pipe}: expected a list, got a FIFO; give another`);
});

it.skipIf(!existsSync('/dev/zero'))('reads no device', () => {
  expect(() => read('/dev/zero')).toThrow('/dev/zero: expected a list, got a device');
});

it.skipIf(!existsSync('/proc/self/maps'))('counts what a file has, where it does not say so', () => {
  expect(readRegularFile('/proc/self/stat', { atMost: 10_000 }).toString()).toMatch(/^\d+ \(/);
  expect(() => read('/proc/self/stat')).toThrow('expected a list of at most 10 bytes, got more');
});
