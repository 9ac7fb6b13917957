// Finds LibTorch, which Patchwork does not ship: the folder LIBTORCH, else the PyTorch of a Python where
// LIBTORCH_USE_PYTORCH=1, else the system's. Nothing is installed and nothing is loaded here.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const OLDEST_LIBTORCH = '1.13';

/** The ways to get a LibTorch, for error messages. */
export const WAYS_TO_LIBTORCH = `  Debian, Ubuntu:    sudo apt-get install -y libtorch-dev libopenblas0 libgloo-dev
  any PyTorch:       python3 -m venv .venv && .venv/bin/pip install torch
                     export LIBTORCH_USE_PYTORCH=1 PYTHON="$PWD/.venv/bin/python"
  a folder you have: export LIBTORCH=/path/to/libtorch`;

/**
 * @param {NodeJS.ProcessEnv} env reads LIBTORCH, LIBTORCH_USE_PYTORCH, PYTHON
 * @returns {import('./libtorch.d.mts').LibTorch | import('./libtorch.d.mts').NoLibTorch}
 * @throws where a variable names a LibTorch that cannot be used: it is never passed over for another one
 */
export function findLibTorch(env) {
  if (env.LIBTORCH) return fromFolder(env.LIBTORCH);
  if (wantsPyTorch(env)) return fromPython(env.PYTHON || 'python3');
  return fromSystem();
}

/** One sentence for people: which LibTorch, where, and how it was found. */
export function describeLibTorch({ version, root, how }) {
  return `LibTorch ${version} in ${root} (${how === 'system' ? "the system's" : `by ${how}`})`;
}

function wantsPyTorch(env) {
  const value = env.LIBTORCH_USE_PYTORCH ?? '';
  if (value === '' || value === '0') return false;
  if (value === '1') return true;
  throw new Error(`LIBTORCH_USE_PYTORCH: expected 1 or 0, got ${value}`);
}

function fromFolder(folder) {
  const root = resolve(folder);
  const tried = cmakePrefixes(root);
  const found = firstUsable(root, tried, 'LIBTORCH');
  if (found) return found;
  throw new Error(
    `LIBTORCH=${folder}: expected a LibTorch with share/cmake/Torch/TorchConfig.cmake, ` +
      `got ${existsSync(root) ? 'a folder without it' : 'no such folder'}. ` +
      'Name the folder that has include/, lib/ and share/, or unset LIBTORCH.',
  );
}

function fromPython(python) {
  // find_spec and not `import torch`, which takes seconds: setup asks each time.
  const question = "import importlib.util as u; s = u.find_spec('torch'); print(s.origin if s else '')";
  const answer = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  const usePip = `Install it (${python} -m pip install torch), or name another Python in PYTHON.`;
  if (answer.error || answer.status !== 0) {
    const why = answer.error?.message ?? answer.stderr.trim().split('\n').at(-1);
    throw new Error(`LIBTORCH_USE_PYTORCH=1: could not run ${python}: ${why}. Name a Python with PyTorch in PYTHON.`);
  }
  const origin = answer.stdout.trim();
  if (!origin) throw new Error(`LIBTORCH_USE_PYTORCH=1: ${python} has no torch. ${usePip}`);
  const root = dirname(origin);
  const found = firstUsable(root, cmakePrefixes(root), 'LIBTORCH_USE_PYTORCH');
  if (found) return found;
  throw new Error(
    `LIBTORCH_USE_PYTORCH=1: the torch of ${python} in ${root} has no share/cmake/Torch, as Debian's python3-torch. ` +
      `${usePip} Or unset LIBTORCH_USE_PYTORCH: Debian's libtorch-dev is found without it.`,
  );
}

function fromSystem() {
  const tried = ['/usr', '/usr/local'].flatMap((root) => cmakePrefixes(root));
  for (const root of ['/usr', '/usr/local']) {
    const found = firstUsable(root, cmakePrefixes(root), 'system');
    if (found) return { ...found, tried };
  }
  return { tried };
}

/** Where a LibTorch under `root` keeps its CMake files: PyTorch's own layout, then those of distributions. */
function cmakePrefixes(root) {
  const lib = join(root, 'lib');
  const multiarch = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith('-linux-gnu')) : [];
  return ['share', 'lib', 'lib64', ...multiarch.map((name) => join('lib', name))].map((dir) =>
    join(root, dir, 'cmake'),
  );
}

/** The version of the LibTorch in `root`, as its version.h says; undefined where there is none. */
export function versionOf(root) {
  const prefix = firstWithTorch(cmakePrefixes(root));
  return prefix && versionIn(prefix);
}

function firstWithTorch(prefixes) {
  return prefixes.find((prefix) => existsSync(join(prefix, 'Torch', 'TorchConfig.cmake')));
}

/** This file repeats version.h in every release; Debian's package version does not (1.13.1 calls itself 1.13.0). */
function versionIn(cmakePrefix) {
  return /PACKAGE_VERSION "([^"]+)"/.exec(read(join(cmakePrefix, 'Torch', 'TorchConfigVersion.cmake')))?.[1];
}

function firstUsable(root, prefixes, how) {
  const cmakePrefix = firstWithTorch(prefixes);
  if (!cmakePrefix) return undefined;
  const config = join(cmakePrefix, 'Torch');
  const version = versionIn(cmakePrefix);
  if (!version) throw new Error(`${config}/TorchConfigVersion.cmake: expected a PACKAGE_VERSION, found none`);
  if (olderThan(version, OLDEST_LIBTORCH)) {
    throw new Error(
      `LibTorch in ${root}: expected version ${OLDEST_LIBTORCH} or newer, got ${version}\n${WAYS_TO_LIBTORCH}`,
    );
  }
  // Old wheels of PyTorch were built with the C++ ABI of before 2011, and say so; the others say 1 or nothing.
  const abi = /_GLIBCXX_USE_CXX11_ABI=0/.test(read(join(config, 'TorchConfig.cmake'))) ? 0 : 1;
  return { root, cmakePrefix, version, abi, cuda: hasCuda(cmakePrefix, root), how, tried: prefixes };
}

function hasCuda(cmakePrefix, root) {
  return [join(root, 'lib'), dirname(cmakePrefix)].some((lib) => existsSync(join(lib, 'libtorch_cuda.so')));
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** True where dotted version `a` comes before `b`, compared number by number over the numbers `b` has. */
export function olderThan(a, b) {
  const left = a.split('.').map((part) => Number.parseInt(part, 10));
  for (const [i, right] of b.split('.').map(Number).entries()) {
    if ((left[i] ?? 0) !== right) return (left[i] ?? 0) < right;
  }
  return false;
}
