// What brings an installed package or a clone to where everything runs, in steps of which each does nothing where nothing
// is to do. `npx patchwork setup` takes engineSteps; `npm run setup` in a clone has steps of its own around them.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative, nativeIsCurrent } from './build-native.mjs';
import { BUILD_DIR } from './built-addon.mjs';
import { describeLibTorch, findLibTorch, WAYS_TO_LIBTORCH } from './libtorch.mjs';
import { withLock } from './lock.mjs';
import { installCommand, installPackages, missingExtras, missingPackages } from './system-packages.mjs';

/** What the steps' commands wrote. */
export const SETUP_LOG = join(BUILD_DIR, 'setup.log');

/** In order: each says what it is about to do, or nothing where nothing is to do, and then does it. */
export const engineSteps = [
  { name: 'system', todo: () => missing().join(' '), run: installMissing },
  { name: 'extras', todo: () => missingExtras(process.env).join(' '), run: installExtras },
  { name: 'native', todo: nativeTodo, run: () => buildNative(findLibTorch(process.env)) },
];

/**
 * Does what is to be done, one process at a time.
 * @returns whether there was anything to do
 * @throws where a step fails, saying what to type
 */
export async function runSteps(steps, options) {
  if (steps.every(({ todo }) => !todo())) return false;
  expectWritable(BUILD_DIR);
  const waiting = (pid) => console.log(`setup: waiting for the set-up of process ${pid}`);
  await withLock(join(BUILD_DIR, 'setup.lock'), waiting, async () => {
    for (const { name, todo, run } of steps) {
      const what = todo();
      if (!what) continue;
      const start = Date.now();
      console.log(`setup: ${name}: ${what}`);
      await run(options);
      console.log(`setup: ${name}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    }
  });
  return true;
}

/** Said before anything is installed: a package that other users or projects share is often read-only. */
function expectWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(
      `${folder}: expected a folder that can be written, for what is built, got ${error.code}. Name another one, for ` +
        'the set-up and for every command after it:\n  export PATCHWORK_BUILD="$HOME/.cache/patchwork"',
    );
  }
}

function missing() {
  return missingPackages(findLibTorch(process.env), process.env);
}

async function installMissing({ apt }) {
  const packages = missing();
  try {
    if (!apt) throw new Error(`--no-apt, and these are missing:\n  ${installCommand(packages, process.env)}`);
    await installPackages(packages, { env: process.env, log: SETUP_LOG });
  } catch (error) {
    if (packages.includes('libtorch-dev')) error.message += `\nWays to get LibTorch:\n${WAYS_TO_LIBTORCH}`;
    throw error;
  }
}

/** What is only faster is no reason to stop. */
async function installExtras({ apt }) {
  const packages = missingExtras(process.env);
  try {
    if (!apt) throw new Error('--no-apt');
    await installPackages(packages, { env: process.env, log: SETUP_LOG });
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
