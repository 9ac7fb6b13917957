import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { readPicture } from './picture-location.ts';

it('reads a file, also by a link, and a part of an archive', async () => {
  const folder = temporaryFolder();
  const [path, link] = [join(folder, 'a.jpg'), join(folder, 'b.jpg')];
  writeFileSync(path, 'abcdefgh');
  symlinkSync(path, link);
  const text = async (...location: Parameters<typeof readPicture>) =>
    Buffer.from(await readPicture(...location)).toString();
  expect(await text({ path })).toBe('abcdefgh');
  expect(await text({ path: link })).toBe('abcdefgh');
  expect(await text({ path, member: { name: 'm', offset: 2, size: 3 } })).toBe('cde');
  await expect(text({ path, member: { name: 'm', offset: 6, size: 3 } })).rejects.toThrow(
    `${path}: m: expected a file that can be read, got 2 of 3 bytes`,
  );
});

it.each<[string, string, (path: string) => void]>([
  ['a FIFO', 'a FIFO that nobody writes to', (path) => void spawnSync('mkfifo', [path])],
  ['a folder', 'a folder', (path) => mkdirSync(path)],
  ['a device', 'a device without an end', (path) => symlinkSync('/dev/zero', path)],
])('says that it got %s, at once, for %s', async (words, _, make) => {
  const path = join(temporaryFolder(), 'x.jpg');
  make(path);
  await expect(readPicture({ path })).rejects.toThrow(`${path}: expected a file that can be read, got ${words}`);
});
