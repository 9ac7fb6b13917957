import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { FolderLock, lockFileName } from './folder-lock.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-folder-lock-'));
const path = join(root, lockFileName);
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(path, { recursive: true, force: true }));

const host = hostname();

it.each<[what: string, text: string]>([
  ['a process id of 0, which is a group to the system', JSON.stringify({ pid: 0, startTime: '', host })],
  ['a negative one', JSON.stringify({ pid: -1, startTime: '', host })],
  ['a fraction', JSON.stringify({ pid: 1.5, startTime: '', host })],
  ['more than the system has', JSON.stringify({ pid: 2 ** 40, startTime: '', host })],
  ['one that no process has', JSON.stringify({ pid: 2 ** 31 - 1, startTime: '', host })],
  ['an impossible one of another machine', JSON.stringify({ pid: 2 ** 40, startTime: '', host: 'another' })],
  ['no machine', JSON.stringify({ pid: process.pid, startTime: '' })],
  ['this process as it was before a restart', JSON.stringify({ pid: process.pid, startTime: 'boot 1', host })],
  ['a start that is no text', JSON.stringify({ pid: process.pid, startTime: 5, host })],
  ['null', 'null'],
  ['no JSON', '{"pid":'],
])('takes over a lock with %s', (_, text) => {
  writeFileSync(path, text);
  const lock = FolderLock.acquire(root);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host });
  lock.release();
});

it('leaves the lock of a living process and of another machine alone', () => {
  const own = FolderLock.acquire(root);
  expect(() => FolderLock.acquire(root)).toThrow(`got process ${process.pid} on ${host}`);
  own.release();
  writeFileSync(path, JSON.stringify({ pid: 1, startTime: '', host: 'another' }));
  expect(() => FolderLock.acquire(root)).toThrow('got process 1 on another');
});

it('names a lock that cannot be read', () => {
  mkdirSync(path);
  expect(() => FolderLock.acquire(root)).toThrow(`${path}: expected a file that can be read, got a folder (EISDIR)`);
});
