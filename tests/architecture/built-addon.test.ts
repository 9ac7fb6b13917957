import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBuildInfo } from '../../scripts/setup/built-addon.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-build-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (path: string, value: unknown) => writeFileSync(join(folder, path), JSON.stringify(value));

describe('the build to load', () => {
  it('is the chosen one, with what it recorded', () => {
    for (const name of ['one', 'two']) mkdirSync(join(folder, name));
    write('one/build-info.json', { libtorch: '/usr', version: '1.13.0', how: 'system' });
    write('two/build-info.json', { libtorch: '/opt', version: '2.6.0', how: 'LIBTORCH' });
    write('current.json', { folder: 'two' });
    expect(readBuildInfo(folder)).toEqual({
      libtorch: '/opt',
      version: '2.6.0',
      how: 'LIBTORCH',
      addon: join(folder, 'two', 'patchwork.node'),
      jpegAddon: join(folder, 'two', 'patchwork-jpeg.node'),
    });
  });

  it('is none where nothing was chosen, the record is damaged, or the chosen one was not finished', () => {
    expect(readBuildInfo(join(folder, 'nowhere'))).toBeUndefined();
    writeFileSync(join(folder, 'current.json'), '{"fold');
    expect(readBuildInfo(folder)).toBeUndefined();
    write('current.json', { folder: 'one' });
    expect(readBuildInfo(folder)).toBeUndefined();
  });
});

describe('what is written once', () => {
  const root = join(import.meta.dirname, '..', '..');
  const holding = (words: RegExp) =>
    ['src', 'scripts', 'native']
      .flatMap((name) =>
        readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)),
      )
      .filter((file) => /\.(ts|mjs|cc|h)$/.test(file) && words.test(readFileSync(join(root, file), 'utf8')));

  it.each([
    ['where builds are recorded', /'(current|build-info)\.json'/, 'scripts/setup/built-addon.mjs'],
    ['how a LibTorch says its version', /PACKAGE_VERSION/, 'scripts/setup/libtorch.mjs'],
    ['for which processors loops are compiled', /target_clones/, 'native/for-each-processor.h'],
  ])('%s', (_, words, file) => {
    expect(holding(words)).toEqual([file]);
  });
});
