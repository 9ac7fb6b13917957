import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLibTorch, olderThan, versionOf } from '../../scripts/setup/libtorch.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-libtorch-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function makeLibTorch(root: string, version: string, config = '') {
  const cmake = join(root, 'share', 'cmake', 'Torch');
  mkdirSync(cmake, { recursive: true });
  writeFileSync(join(cmake, 'TorchConfig.cmake'), config);
  writeFileSync(join(cmake, 'TorchConfigVersion.cmake'), `set(PACKAGE_VERSION "${version}")\n`);
}

/** A stand-in for Python that answers every question with `answer`. */
function makePython(answer: string): string {
  const python = join(folder, 'python');
  writeFileSync(python, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  return python;
}

describe('LIBTORCH', () => {
  it('gives root, version, ABI and CUDA of the folder it names', () => {
    makeLibTorch(folder, '2.6.0', 'set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")');
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib', 'libtorch_cuda.so'), '');
    expect(findLibTorch({ LIBTORCH: folder, LIBTORCH_USE_PYTORCH: '1' })).toMatchObject({
      root: folder,
      cmakePrefix: join(folder, 'share', 'cmake'),
      version: '2.6.0',
      abi: 0,
      cuda: true,
      how: 'LIBTORCH',
    });
  });

  it('is an error where the folder is missing, is no LibTorch, or is too old, never a reason to look elsewhere', () => {
    const missing = join(folder, 'no');
    expect(() => findLibTorch({ LIBTORCH: missing })).toThrow(/got no such folder/);
    expect(() => findLibTorch({ LIBTORCH: folder })).toThrow(/got a folder without it/);
    makeLibTorch(folder, '1.12.1');
    expect(() => findLibTorch({ LIBTORCH: folder })).toThrow(/expected version 1\.13 or newer, got 1\.12\.1/);
  });
});

describe('LIBTORCH_USE_PYTORCH', () => {
  it('gives the torch folder of the Python that PYTHON names', () => {
    makeLibTorch(join(folder, 'torch'), '2.13.0');
    const PYTHON = makePython(join(folder, 'torch', '__init__.py'));
    expect(findLibTorch({ LIBTORCH_USE_PYTORCH: '1', PYTHON })).toMatchObject({
      root: join(folder, 'torch'),
      version: '2.13.0',
      abi: 1,
      cuda: false,
      how: 'LIBTORCH_USE_PYTORCH',
    });
  });

  it('is an error where there is no such Python, no torch, or a torch without its CMake files', () => {
    const find = (PYTHON: string) => () => findLibTorch({ LIBTORCH_USE_PYTORCH: '1', PYTHON });
    expect(find(join(folder, 'nothing'))).toThrow(/could not run/);
    expect(find(makePython(''))).toThrow(/has no torch/);
    expect(find(makePython(join(folder, 'torch', '__init__.py')))).toThrow(/has no share\/cmake\/Torch/);
  });

  it('takes 1, 0 and nothing else', () => {
    expect(() => findLibTorch({ LIBTORCH_USE_PYTORCH: 'yes' })).toThrow('expected 1 or 0, got yes');
    expect(findLibTorch({ LIBTORCH_USE_PYTORCH: '0' })).toEqual(findLibTorch({}));
  });
});

describe('versions', () => {
  it('are read where the LibTorch is; of none there is none', () => {
    makeLibTorch(folder, '2.6.0');
    expect(versionOf(folder)).toBe('2.6.0');
    expect(versionOf(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('compare number by number', () => {
    expect(olderThan('1.13.0', '1.13')).toBe(false);
    expect(olderThan('1.12.9', '1.13')).toBe(true);
    expect(olderThan('2.0.0', '1.13')).toBe(false);
    expect(olderThan('2.9.0', '2.10')).toBe(true);
    expect(olderThan('20.9.0', '20.19')).toBe(true);
    expect(olderThan('22.0.0', '20.19')).toBe(false);
  });
});
