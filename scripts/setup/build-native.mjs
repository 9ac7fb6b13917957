#!/usr/bin/env node
// Builds the addon against the LibTorch that is found, one folder for each LibTorch, and names the one to load, as
// built-addon.mjs says.
//
//   node scripts/setup/build-native.mjs [--libtorch DIR] [--build-dir DIR]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BUILD_DIR, chooseBuild, forgetBuildInfo, readBuildIn, readBuildInfo, writeBuildInfo } from './built-addon.mjs';
import { findLibJpeg } from './libjpeg.mjs';
import { describeLibTorch, findLibTorch, WAYS_TO_LIBTORCH } from './libtorch.mjs';
import { withLock } from './lock.mjs';
import { runStep } from './run-step.mjs';
import { installCommand, missingBuildTools, onPath } from './system-packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const native = join(root, 'native');

/** True where the addon for `libtorch` is built from today's sources and is the one to load. */
export function nativeIsCurrent(libtorch, buildDir = BUILD_DIR) {
  const folder = join(buildDir, folderFor(libtorch));
  return readBuildInfo(buildDir)?.addon === readBuildIn(folder)?.addon && isBuilt(folder, libtorch);
}

/**
 * Builds what is not built yet, and makes it the addon to load.
 * @returns the path of patchwork.node
 * @throws where the compiler, CMake or the packages are missing, or where the build fails
 */
export async function buildNative(libtorch, { env = process.env, buildDir = BUILD_DIR } = {}) {
  const missing = missingBuildTools(env);
  if (missing.length > 0)
    throw new Error(`cannot build the addon without ${missing.join(', ')}:\n  ${installCommand(missing, env)}`);
  const waiting = (pid) => console.log(`waiting for the build of process ${pid}`);
  return withLock(join(buildDir, 'build.lock'), waiting, async () => {
    const target = join(buildDir, folderFor(libtorch));
    if (!isBuilt(target, libtorch)) await compile(libtorch, target, env);
    chooseBuild(buildDir, folderFor(libtorch));
    return join(target, 'patchwork.node');
  });
}

async function compile(libtorch, target, env) {
  const log = join(target, 'build.log');
  const sourceHash = hashOf(sources());
  const libjpeg = findLibJpeg();
  mkdirSync(target, { recursive: true });
  forgetBuildInfo(target);
  // A cache remembers the folder, compiler and LibTorch of the last time; the object files stay and are reused.
  rmSync(join(target, 'CMakeCache.txt'), { force: true });
  const generator = ['ninja', 'ninja-build'].some((command) => onPath(command, env)) ? 'Ninja' : 'Unix Makefiles';
  const settings = Object.entries(cacheVariables(libtorch, libjpeg)).map(([name, value]) => `-D${name}=${value}`);
  await runStep('cmake', ['-S', native, '-B', target, '-G', generator, ...settings], { label: 'cmake', log, env });
  await runStep('cmake', ['--build', target, '--parallel', String(jobs())], { label: 'compiling', log, env });
  const { root: libtorchRoot, version, how, abi, cuda } = libtorch;
  const compiler = compilerOf(target);
  const node = process.version;
  writeBuildInfo(target, { libtorch: libtorchRoot, version, how, abi, cuda, libjpeg, compiler, node, sourceHash });
}

function cacheVariables(libtorch, libjpeg) {
  return {
    CMAKE_BUILD_TYPE: 'Release',
    CMAKE_PREFIX_PATH: libtorch.cmakePrefix,
    TORCH_ROOT: libtorch.root,
    TORCH_CXX11_ABI: libtorch.abi,
    PATCHWORK_JPEG: libjpeg === undefined ? 'OFF' : 'ON',
    NODE_API_INCLUDE_DIR: join(nodeApiHeaders(), 'include'),
  };
}

function nodeApiHeaders() {
  try {
    return dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json'));
  } catch {
    throw new Error('cannot build the addon without the npm package node-api-headers: run `npm install`');
  }
}

/** A compiler takes up to 1.5 GB for a file that includes LibTorch. */
function jobs() {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 1.5e9)));
}

function isBuilt(target, libtorch) {
  const info = readBuildIn(target);
  return (
    info?.version === libtorch.version &&
    info.libjpeg === findLibJpeg() &&
    info.sourceHash === hashOf(sources()) &&
    existsSync(info.addon)
  );
}

function folderFor(libtorch) {
  return `${libtorch.version}-${hashOf([libtorch.root, libtorch.version]).slice(0, 8)}`;
}

/** Names and contents of all that the addon is built from, this script included. */
function sources() {
  const files = readdirSync(native, { recursive: true })
    .filter((name) => /\.(cc|h|txt)$/.test(name) && !name.startsWith('tests'))
    .sort()
    .map((name) => join('native', name));
  return ['scripts/setup/build-native.mjs', ...files].flatMap((file) => [file, readFileSync(join(root, file))]);
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

function compilerOf(target) {
  const files = join(target, 'CMakeFiles');
  const found = readdirSync(files)
    .map((name) => join(files, name, 'CMakeCXXCompiler.cmake'))
    .find(existsSync);
  const text = found ? readFileSync(found, 'utf8') : '';
  const word = (name) => new RegExp(`set\\(CMAKE_CXX_COMPILER_${name} "([^"]*)"`).exec(text)?.[1] ?? 'unknown';
  return `${word('ID')} ${word('VERSION')}`;
}

async function main() {
  const { values } = parseArgs({ options: { libtorch: { type: 'string' }, 'build-dir': { type: 'string' } } });
  const env = values.libtorch ? { ...process.env, LIBTORCH: values.libtorch } : process.env;
  const libtorch = findLibTorch(env);
  if (!libtorch.root)
    throw new Error(
      `no LibTorch. Looked for Torch/TorchConfig.cmake in\n  ${libtorch.tried.join('\n  ')}\n${WAYS_TO_LIBTORCH}`,
    );
  const buildDir = resolve(values['build-dir'] ?? BUILD_DIR);
  if (nativeIsCurrent(libtorch, buildDir)) return console.log(`native: up to date for ${describeLibTorch(libtorch)}`);
  console.log(`native: building for ${describeLibTorch(libtorch)}`);
  console.log(`native: ${await buildNative(libtorch, { env, buildDir })}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`build-native: ${error.message}`);
    process.exitCode = 1;
  });
}
