/** The command line as users start it: the compiled program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBuildInfo } from '../../src/torch/addon.ts';

export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

export const program = programIn(packageRoot);

function programIn(root: string): string {
  return join(root, 'bin', 'patchwork.mjs');
}

export interface PatchworkOptions {
  /** Folder to run in. Default: that of the tests. */
  cwd?: string;
  /** Root of the package. Default: this one. */
  root?: string;
  /** Variables on top of the process's own. */
  env?: Readonly<Record<string, string>>;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** Starts `patchwork` with these arguments. */
export function startPatchwork(
  words: readonly string[],
  { cwd, root = packageRoot, env }: PatchworkOptions = {},
): Started {
  const child = spawn(process.execPath, [programIn(root), ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const text = { output: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    text.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.errors += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, ended };
}

/** Runs `patchwork` to its end. */
export const patchwork = (words: readonly string[], options?: PatchworkOptions): Promise<Ended> =>
  startPatchwork(words, options).ended;

/** Words with other values of some flags: none may be given twice. */
export function changed(words: readonly string[], flags: Readonly<Record<string, string>>): string[] {
  const isChanged = (word = '') => Object.hasOwn(flags, word);
  return [...words.filter((word, i) => !isChanged(word) && !isChanged(words[i - 1])), ...Object.entries(flags).flat()];
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
