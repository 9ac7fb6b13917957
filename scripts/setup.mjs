#!/usr/bin/env node
// Brings a fresh clone to where everything runs, and does nothing where it already is:
// npm packages, system packages, the addon, the compiled TypeScript.
//
//   node scripts/setup.mjs [--quiet] [--no-apt]
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildNative, nativeIsCurrent } from './build-native.mjs';
import { describeLibTorch, findLibTorch, olderThan, WAYS_TO_LIBTORCH } from './libtorch.mjs';
import { withLock } from './lock.mjs';
import { runStep } from './run-step.mjs';
import { installCommand, installPackages, missingExtras, missingPackages } from './system-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = join(root, 'build', 'setup.log');

/** In order: each says what it is about to do, or nothing where nothing is to do, and then does it. */
const steps = [
  { name: 'packages', todo: () => (npmIsCurrent() ? '' : 'npm ci'), run: () => inRoot('npm', ['ci'], 'npm ci') },
  { name: 'system', todo: () => missing().join(' '), run: installMissing },
  { name: 'extras', todo: () => missingExtras(process.env).join(' '), run: installExtras },
  { name: 'native', todo: nativeTodo, run: () => buildNative(findLibTorch(process.env)) },
  { name: 'dist', todo: () => (distIsCurrent() ? '' : 'tsc -b'), run: compileTypeScript },
];

function checkNode() {
  const oldest = readJson('package.json').engines.node.replace('>=', '');
  if (!olderThan(process.versions.node, oldest)) return;
  throw new Error(
    `expected Node ${oldest} or newer, got ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
}

/** Compares what npm wrote about node_modules with what package-lock.json wants; other platforms' packages stay away. */
function npmIsCurrent() {
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!installed) return false;
  const { '': _, ...wanted } = readJson('package-lock.json').packages;
  const agrees = ([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : optional;
  return Object.entries(wanted).every(agrees) && Object.keys(installed).every((path) => path in wanted);
}

function missing() {
  return missingPackages(findLibTorch(process.env), process.env);
}

async function installMissing(options) {
  const packages = missing();
  try {
    const command = installCommand(packages, process.env);
    if (options['no-apt']) throw new Error(`--no-apt, and these are missing:\n  ${command}`);
    await installPackages(packages, { env: process.env, log });
  } catch (error) {
    if (packages.includes('libtorch-dev')) error.message += `\nWays to get LibTorch:\n${WAYS_TO_LIBTORCH}`;
    throw error;
  }
}

/** What is only faster is no reason to stop. */
async function installExtras(options) {
  const packages = missingExtras(process.env);
  try {
    if (options['no-apt']) throw new Error('--no-apt');
    await installPackages(packages, { env: process.env, log });
  } catch (error) {
    const [reason] = error.message.split('\n');
    console.log(`setup: extras: going on without ${packages.join(' ')}: ${reason}`);
  }
}

function nativeTodo() {
  const libtorch = findLibTorch(process.env);
  if (!libtorch.root) throw new Error(`no LibTorch, although its packages are installed\n${WAYS_TO_LIBTORCH}`);
  return nativeIsCurrent(libtorch) ? '' : describeLibTorch(libtorch);
}

// tsc writes its own record after errors too, so that only this stamp says that dist is whole.
const distStamp = join(root, 'dist', '.built');

function distIsCurrent() {
  if (!existsSync(distStamp)) return false;
  const built = statSync(distStamp).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join(root, 'src', name));
  return ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
    .map((name) => join(root, name))
    .concat(sources)
    .every((file) => statSync(file).mtimeMs <= built);
}

async function compileTypeScript() {
  const start = new Date();
  await inRoot(join(root, 'node_modules', '.bin', 'tsc'), ['-b', 'tsconfig.build.json'], 'tsc');
  writeFileSync(distStamp, '');
  // What was edited while tsc ran counts as newer.
  utimesSync(distStamp, start, start);
}

function inRoot(command, args, label) {
  return runStep(command, args, { label, log, cwd: root });
}

function readJson(name) {
  const file = join(root, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

async function runSteps(options) {
  for (const { name, todo, run } of steps) {
    const what = todo();
    if (!what) continue;
    const start = Date.now();
    console.log(`setup: ${name}: ${what}`);
    await run(options);
    console.log(`setup: ${name}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
}

async function main() {
  checkNode();
  const { values: options } = parseArgs({ options: { quiet: { type: 'boolean' }, 'no-apt': { type: 'boolean' } } });
  const start = Date.now();
  const idle = steps.every(({ todo }) => !todo());
  const waiting = (pid) => console.log(`setup: waiting for the set-up of process ${pid}`);
  if (!idle) await withLock(join(root, 'build', 'setup.lock'), waiting, () => runSteps(options));
  if (!idle || !options.quiet) {
    console.log(`setup: ${idle ? 'nothing to do' : 'ready'} (${((Date.now() - start) / 1000).toFixed(2)} s)`);
  }
}

main().catch((error) => {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
});
