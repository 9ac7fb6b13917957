#!/usr/bin/env node
// Brings a fresh clone to where everything runs, and does nothing where it already is: npm packages, what an installed
// package needs too (setup/steps.mjs), the compiled TypeScript.
//
//   node scripts/setup.mjs [--quiet] [--no-apt]
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { olderThan } from './setup/libtorch.mjs';
import { runStep } from './setup/run-step.mjs';
import { engineSteps, runSteps, SETUP_LOG } from './setup/steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const steps = [
  { name: 'packages', todo: () => (npmIsCurrent() ? '' : 'npm ci'), run: () => inRoot('npm', ['ci'], 'npm ci') },
  ...engineSteps,
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
  return runStep(command, args, { label, log: SETUP_LOG, cwd: root });
}

function readJson(name) {
  const file = join(root, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

async function main() {
  checkNode();
  const { values } = parseArgs({ options: { quiet: { type: 'boolean' }, 'no-apt': { type: 'boolean' } } });
  const start = Date.now();
  const worked = await runSteps(steps, { apt: !values['no-apt'] });
  if (worked || !values.quiet) {
    console.log(`setup: ${worked ? 'ready' : 'nothing to do'} (${((Date.now() - start) / 1000).toFixed(2)} s)`);
  }
}

main().catch((error) => {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
});
