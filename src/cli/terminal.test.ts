import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { print, printProblem, problemText } from './terminal.ts';
import { alignColumns } from './terminal-table.ts';
import { describeResult } from './training-words.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-terminal-'));
afterAll(() => rmSync(root, { recursive: true }));

function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

it('writes escape sequences of names as text, on both streams', () => {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0),
  );
  print('a\x1b[2J\n');
  printProblem('b\x9b2J\n');
  for (const stream of streams) stream.mockRestore();
  expect(written).toEqual(['a\\u001b[2J\n', 'b\\u009b2J\n']);
});

it('keeps a name with line ends on one line of a table, and of what is left out', () => {
  expect(
    alignColumns([
      ['name', 'n'],
      ['a\nb\x07', '1'],
    ]),
  ).toBe('name             n\na\\u000ab\\u0007   1');
  const badImages = [{ path: 'x\n\x1b[31m.jpg', reason: 'bad\r' }];
  const result = { run: 'runs/a', outcome: 'finished', chosenOn: 'test', badImages, warnedImages: [] } as unknown;
  expect(describeResult(result as Parameters<typeof describeResult>[0])).toContain(
    '  x\\u000a\\u001b[31m.jpg: bad\\u000d',
  );
});

it.each<[body: () => unknown, text: string]>([
  [
    () => readFileSync(join(root, 'none')),
    `${root}/none: expected a file that can be read, got no such file or folder (ENOENT); check`,
  ],
  [() => readFileSync(root), 'expected the system to do what was asked (read), got a folder (EISDIR)'],
  [() => readFileSync(join(root, 'x'.repeat(300))), 'got a name that is too long (ENAMETOOLONG)'],
  [() => mkdirSync(join(root, 'none', 'x')), `${root}/none/x: expected a place that can be written, got no such file`],
  [
    () => renameSync(join(root, 'none'), join(root, 'b')),
    `${root}/b: expected a place that can be written, got no such file`,
  ],
  [() => new Uint8Array(2 ** 52), 'expected memory for what was asked, got none (Invalid typed array length'],
  [() => 'x'.repeat(2 ** 29), 'expected memory for what was asked, got none (Invalid string length); ask for less'],
  [() => (undefined as unknown as string).length, 'got TypeError: Cannot read properties of undefined'],
  [() => new Array(-1), 'expected memory for what was asked, got none (Invalid array length)'],
  [
    () => (5).toFixed(500),
    'got RangeError: toFixed() digits argument must be between 0 and 100; this is a fault of Patchwork',
  ],
])('says what the system or the language says of %s as a sentence', (body, text) => {
  expect(problemText(thrownBy(body))).toContain(text);
});

it('names a disk that is only read, and the way out', () => {
  const error = Object.assign(new Error("EROFS: read-only file system, open '/x/runs'"), {
    ...{ code: 'EROFS', syscall: 'open', path: '/x/runs' },
  });
  expect(problemText(error)).toBe(
    '/x/runs: expected a place that can be written, got a disk that can only be read (EROFS); ' +
      'choose a folder that can be written (--run DIR, --out DIR), or free this one',
  );
});

it('leaves sentences as they are', () => {
  writeFileSync(join(root, 'a'), '');
  for (const error of [
    new Error('a: b'),
    new TypeError('tensor: expected numbers, got null'),
    new RangeError('x: expected depth 8'),
  ]) {
    expect(problemText(error)).toBe(error.message);
  }
  expect(problemText('text')).toBe('text');
});
