/** From the packed package to a trained network in somebody else's project: install, set up, train. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBuildInfo } from '../../scripts/setup/built-addon.mjs';
import { type Ended, patchwork } from '../support/command-line.ts';
import { installByNpm } from '../support/consumers.ts';
import { temporaryFolder } from '../support/small-training.ts';

let project: string;
let installed: string;
beforeAll(() => {
  project = temporaryFolder(afterAll);
  writeFileSync(join(project, 'package.json'), '{}');
  installed = installByNpm(project);
});

const run = (words: string, env: Record<string, string> = {}): Promise<Ended> =>
  patchwork(words.split(' '), { cwd: project, root: installed, env: { PATCHWORK_BUILD: '', ...env } });

it('brings of the scripts those that set it up, and no tests', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(
    files.filter((name) => name.startsWith(`scripts${sep}`) && !name.startsWith(join('scripts', 'setup'))),
  ).toEqual([]);
  expect(files.filter((name) => /(^|[/\\])tests([/\\]|$)|\.test\./.test(name) && !/node_modules/.test(name))).toEqual(
    [],
  );
});

it('says `npx patchwork setup` wherever it says how to set up; `npm run setup` is for clones', () => {
  const texts = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(dist|docs|scripts|native|README)/.test(name) && /\.(js|mjs|md|txt)$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(installed, name), 'utf8') }));
  const naming = (words: RegExp) => texts.filter(({ text }) => words.test(text)).map(({ name }) => name);
  expect(naming(/npx patchwork setup/).length).toBeGreaterThan(4);
  const ofClones = ['README.md', join('docs', 'architecture.md'), join('scripts', 'setup', 'steps.mjs')];
  expect(naming(/npm run setup/).sort()).toEqual(ofClones);
});

it('before the set-up: train, and JPEGs, say what to type', async () => {
  const { code, errors } = await run('train --data shapes:train=64,test=32 --epochs 1');
  expect(code).toBe(1);
  expect(errors).toContain(`The addon has not been built: ${join(installed, 'build', 'native')} has none`);
  expect(errors).toContain('npx patchwork setup ');
  expect((await run('doctor')).output).toContain('not built: npx patchwork setup');
});

it.each([
  ['LIBTORCH=/nowhere: expected a LibTorch', { LIBTORCH: '/nowhere' }],
  ['LIBTORCH_USE_PYTORCH: expected 1 or 0, got yes', { LIBTORCH_USE_PYTORCH: 'yes' }],
  ['LIBTORCH_USE_PYTORCH=1: could not run /nowhere/python', { LIBTORCH_USE_PYTORCH: '1', PYTHON: '/nowhere/python' }],
  ['/dev/null: expected a folder that can be written, for what is built', { PATCHWORK_BUILD: '/dev/null' }],
  ['/dev/null/build: expected a folder that can be written', { PATCHWORK_BUILD: '/dev/null/build' }],
])('a set-up that cannot be: %s', async (message, env) => {
  const { code, errors } = await run('setup --no-apt', env);
  expect([code, errors]).toEqual([1, expect.stringContaining(`patchwork: ${message}`)]);
  expect(errors).not.toMatch(/^\s+at /m);
  if ('PATCHWORK_BUILD' in env) expect(errors).toContain('export PATCHWORK_BUILD=');
});

it('an addon of the same sources that lies elsewhere is used as it is', async () => {
  const elsewhere = dirname(dirname(readBuildInfo()!.addon));
  const { code, output } = await run('setup --no-apt', { PATCHWORK_BUILD: elsewhere });
  expect([code, output]).toEqual([0, 'setup: nothing to do; next: npx patchwork demo\n']);
  expect(existsSync(join(installed, 'build'))).toBe(false);
});

// Slow: it compiles the addon, about a minute on two idle cores.
it('is set up by its own command, once, and trains', { timeout: 900_000 }, async () => {
  const first = await run('setup --no-apt');
  expect(first.code, first.errors).toBe(0);
  expect(first.output).toMatch(/^setup: native: LibTorch \d/);
  expect(first.output).toMatch(/^setup: ready; next: npx patchwork demo$/m);
  expect((await run('setup --no-apt')).output).toBe('setup: nothing to do; next: npx patchwork demo\n');
  const info = readBuildInfo(join(installed, 'build', 'native'));
  expect(existsSync(info!.addon)).toBe(true);

  const trained = await run('train --data shapes:train=64,test=32 --epochs 1 --threads 1 --run runs/first');
  expect(trained.code, trained.errors).toBe(0);
  const doctor = JSON.parse((await run('doctor --json')).output) as { ok: boolean; engine: { addon: string } };
  expect(doctor).toMatchObject({ ok: true, engine: { addon: info!.addon } });
  expect((await run('evaluate runs/first --threads 1')).code).toBe(0);
});
