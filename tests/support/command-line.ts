import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBuildInfo } from '../../src/torch/addon.ts';

export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface PatchworkOptions {
  /** Folder to run in. */
  cwd: string;
  /** Root of the package. Default: this one. */
  root?: string;
  /** Variables on top of the process's own. */
  env?: Readonly<Record<string, string>>;
}

/** Runs the built command line, as a user does, and waits for its end. */
export function patchwork(words: readonly string[], { cwd, root = packageRoot, env }: PatchworkOptions): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'patchwork.mjs'), ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/**
 * A copy of the built package in which the record of the addon's build can be spoilt. The addon itself is linked.
 * @param libtorchVersion the LibTorch that the record names; without it there is no record, as before the first build
 */
export function copyPackage(folder: string, libtorchVersion?: string): string {
  for (const name of ['bin', 'dist', 'scripts', 'package.json']) {
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const info = readBuildInfo();
  if (libtorchVersion === undefined || info === undefined) return folder;
  const native = join(folder, 'build', 'native');
  mkdirSync(join(native, 'copy'), { recursive: true });
  writeFileSync(join(native, 'current.json'), JSON.stringify({ folder: 'copy' }));
  const record = JSON.parse(readFileSync(join(dirname(info.addon), 'build-info.json'), 'utf8')) as object;
  writeFileSync(join(native, 'copy', 'build-info.json'), JSON.stringify({ ...record, version: libtorchVersion }));
  symlinkSync(info.addon, join(native, 'copy', 'patchwork.node'));
  return folder;
}
