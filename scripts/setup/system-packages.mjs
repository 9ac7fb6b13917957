// What Patchwork needs from the system, and how Debian and Ubuntu call it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findLibJpeg, LIBJPEG_PACKAGE } from './libjpeg.mjs';
import { runStep } from './run-step.mjs';

/** The missing Debian packages; those around LibTorch only where `libtorch` is not one of the user's own. */
export function missingPackages(libtorch, env) {
  const missing = missingBuildTools(env);
  if (libtorch.root && libtorch.how !== 'system') return missing;
  if (!libtorch.root) missing.push('libtorch-dev');
  // Without it LibTorch's matrix products fall back to a reference BLAS, many times slower.
  if (!libraryFolders().some((folder) => existsSync(join(folder, 'libopenblas.so.0')))) missing.push('libopenblas0');
  if (!existsSync('/usr/include/gloo/config.h')) missing.push('libgloo-dev');
  return missing;
}

/** Packages that make Patchwork faster and that it works without; only where apt can bring them. */
export function missingExtras(env) {
  return findLibJpeg() === undefined && onPath('apt-get', env) ? [LIBJPEG_PACKAGE] : [];
}

/** The Debian packages of the build tools that are not on the PATH. */
export function missingBuildTools(env) {
  const compilers = env.CXX ? [env.CXX] : ['c++', 'g++', 'clang++'];
  const tools = { cmake: ['cmake'], 'ninja-build': ['ninja', 'ninja-build', 'make'], 'g++': compilers };
  return Object.keys(tools).filter((name) => !tools[name].some((command) => onPath(command, env)));
}

/** What to type to get `packages`. */
export function installCommand(packages, env) {
  if (onPath('apt-get', env)) return `${onPath('sudo', env) ? 'sudo ' : ''}apt-get install -y ${packages.join(' ')}`;
  return `install with your system's package manager (Debian's names): ${packages.join(' ')}`;
}

/** Installs Debian packages as root or through sudo. @throws where neither apt nor the right to use it is there */
export async function installPackages(packages, { env, log }) {
  const [command, ...prefix] = asRoot(packages, env);
  const apt = (...args) => runStep(command, [...prefix, ...aptCommand, ...args], { label: `apt-get ${args[0]}`, log });
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (hasPackageLists()) {
    // The lists may be months old and name files that are gone: a failure gets one more try with new ones.
    const failed = await apt(...install).then(
      () => false,
      () => true,
    );
    if (!failed) return;
  }
  await apt('update');
  await apt(...install);
}

// DPkg::Lock::Timeout: wait for an upgrade that runs in the background.
const aptCommand = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300'];

/** The words before `NAME=value apt-get ...` that run it as root. */
function asRoot(packages, env) {
  const byHand = `\n  ${installCommand(packages, env)}\nthen run it again.`;
  if (!onPath('apt-get', env)) throw new Error(`missing: ${packages.join(' ')}, and no apt-get here. Please${byHand}`);
  if (process.getuid?.() === 0) return ['env'];
  if (!onPath('sudo', env)) throw new Error(`not root, and no sudo here. As root, please${byHand}`);
  if (spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n', 'env'];
  if (!process.stdin.isTTY)
    throw new Error(`sudo wants a password, and there is no terminal to ask for it. Please${byHand}`);
  console.log(`sudo apt-get install -y ${packages.join(' ')}`);
  if (spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status !== 0) throw new Error(`sudo refused. Please${byHand}`);
  return ['sudo', 'env'];
}

function hasPackageLists() {
  const lists = '/var/lib/apt/lists';
  return existsSync(lists) && readdirSync(lists).some((name) => name.includes('_Packages'));
}

function libraryFolders() {
  const multiarch = (existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).filter((name) =>
    name.endsWith('-linux-gnu'),
  );
  return ['/usr/lib', '/usr/lib64', ...multiarch.map((name) => join('/usr/lib', name))];
}

export function onPath(command, env) {
  if (command.includes('/')) return existsSync(command);
  return (env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
