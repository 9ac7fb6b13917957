import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainOptions } from '../../src/config/index.ts';
import { dataSets, oodSets } from '../../src/data/index.ts';
import { suites } from '../../src/evaluate/index.ts';
import { mixingMethods } from '../../src/mix/index.ts';
import { networks } from '../../src/models/index.ts';
import { regularizers } from '../../src/nn/index.ts';
import { optimizers, schedules } from '../../src/optim/index.ts';
import { type Definition, flagName, type OptionSpecs, plainDefault } from '../../src/options/index.ts';
import { methods, tables } from '../../src/recipes/index.ts';
import { packageRoot, patchwork } from '../support/command-line.ts';

// A project that has Patchwork installed, and a module that adds one thing to each list.
let project: string;
const added = `
import { mixingMethods } from 'patchwork/mix';
import { regularizers } from 'patchwork/nn';
import { schedules } from 'patchwork/optim';
import { networks } from 'patchwork/models';
import { suites } from 'patchwork/evaluate';

mixingMethods.add({ ...mixingMethods.get('cutout'), name: 'punch', description: 'a hole of my own' });
regularizers.add({ ...regularizers.get('dropout'), name: 'drip' });
schedules.add({ ...schedules.get('constant'), name: 'steady' });
networks.add({ ...networks.get('resnet20'), name: 'my-network' });
suites.add({ ...suites.get('accuracy'), name: 'guesses', description: 'how many images are guessed' });
`;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'patchwork-help-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(packageRoot, join(project, 'node_modules', 'patchwork'));
  writeFileSync(join(project, 'mine.mjs'), added);
  writeFileSync(join(project, 'broken.mjs'), "throw new Error('not today');");
  const plugin = join(project, 'node_modules', 'my-plugin');
  mkdirSync(plugin);
  writeFileSync(join(plugin, 'package.json'), '{ "name": "my-plugin", "type": "module", "exports": "./index.js" }');
  writeFileSync(join(plugin, 'index.js'), "export * from '../../mine.mjs';");
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

// No help needs LibTorch.
const run = (...words: string[]) => patchwork(words, { cwd: project, env: { PATCHWORK_NATIVE: '/nowhere' } });

async function printed(...words: string[]): Promise<string> {
  const { code, output, errors } = await run(...words);
  expect(code, errors).toBe(0);
  expect(errors).toBe('');
  // As one line, since help wraps its own.
  return output.replace(/ \\\n/g, ' ').replace(/\s+/g, ' ');
}

const everyOption = (specs: OptionSpecs) =>
  Object.entries(specs).map(([name, spec]) =>
    spec.default === undefined ? `${name}: ${plainDefault(spec)}` : `${name}=${plainDefault(spec)}`,
  );
const allOf = (list: Iterable<Definition>) =>
  [...list].flatMap(({ name, description, options }) => [name, description, ...everyOption(options)]);

describe('help, without LibTorch, has everything that the lists have', () => {
  it('of train: a flag with its default for every key, each method, network, data set, optimizer and schedule', async () => {
    const help = await printed('train', '--help');
    for (const [key, spec] of Object.entries(trainOptions)) {
      if ('section' in spec) for (const inner of Object.keys(spec.section)) expect(help).toContain(`${key}.${inner} `);
      else expect(help).toMatch(new RegExp(` ${flagName(key)}[ ,].*\\(default: `));
    }
    for (const word of [
      ...[mixingMethods, regularizers, optimizers, schedules].flatMap(allOf),
      ...networks.names,
      ...[...dataSets].flatMap(({ example, description, options }) => [example, description, ...everyOption(options)]),
    ])
      expect(help).toContain(word);
    expect(help).toContain('patchwork train --data cifar-100-binary --model resnet20 --mix cutmix --epochs 30');
  });

  it('of evaluate: each suite with its options, and each kind of out-of-distribution set', async () => {
    const help = await printed('evaluate', '--help');
    for (const word of [...allOf(suites), ...[...oodSets].map(({ example }) => example)]) expect(help).toContain(word);
    for (const flag of ['--boxes', '--ood-sets', '--limit', '--on-bad-image', '--threads'])
      expect(help).toContain(` ${flag} <`);
  });

  it('of compare and reproduce: each method and table, and the flags of train that rows share', async () => {
    const [compare, reproduce] = [await printed('compare', '--help'), await printed('reproduce', '--help')];
    for (const word of [...Object.keys(methods), ...mixingMethods.names, ...regularizers.names])
      expect(compare).toContain(` ${word} `);
    for (const { table, rows } of tables) {
      expect(reproduce).toContain(` ${table} `);
      for (const { row, config } of rows) if (config) expect(reproduce).toContain(row);
    }
    for (const help of [compare, reproduce]) {
      expect(help).toContain('--seeds <n> trainings of each row, with seeds 0, 1, ... (default: 3)');
      expect(help).toContain('--average-decay <n>');
      expect(help).not.toMatch(/ --(mix|seed) </);
    }
  });

  it('of the others: mixing methods for mix, maps for explain, how an editor finds the schema', async () => {
    const mix = await printed('mix', '--help');
    for (const word of allOf(mixingMethods)) expect(mix).toContain(word);
    expect(await printed('explain', '--help')).toContain('--method <cam|grad-cam>');
    expect(await printed('schema', '--help')).toContain('# yaml-language-server: $schema=');
    const top = await printed('--help');
    for (const word of ['patchwork demo', '--import <module>', 'patchwork --import ./my-methods.mjs train'])
      expect(top).toContain(word);
    expect(await printed('--version')).toMatch(/^\d+\.\d+\.\d+ $/);
  });
});

it('help, and the schema, come at once: they load no package but the one that reads flags', async () => {
  const hooks = `export async function resolve(name, context, next) {
    if (!/^(\\.|file:|node:|data:|commander$|pure-rand)/.test(name)) throw new Error('loads ' + name);
    return next(name, context);
  }`;
  const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const register = url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`);
  const env = { NODE_OPTIONS: `--import=${register}` };
  const commands = ['train', 'mix', 'evaluate', 'predict', 'explain', 'compare', 'reproduce'];
  for (const words of [...commands.map((command) => [command, '--help']), ['schema'], ['--help']]) {
    const { code, errors } = await patchwork(words, { cwd: project, env });
    expect(code, errors).toBe(0);
  }
  expect((await patchwork(['evaluate', 'run'], { cwd: project, env })).errors).toMatch(/loads (zod|yaml|sharp)/);
});

describe('a module that is imported', () => {
  it.each(['./mine.mjs', 'mine.mjs', 'my-plugin'])('(%s) adds to help, schema and suggestions', async (module) => {
    const train = await printed('--import', module, 'train', '--help');
    for (const word of ['punch a hole of my own', 'drip', 'steady', 'my-network']) expect(train).toContain(word);
    const schema = await printed('schema', '--import', module);
    for (const word of ['"punch"', '"drip"', '"steady"', '"my-network"']) expect(schema).toContain(word);
    expect(await printed('--import', module, 'evaluate', '--help')).toContain('guesses how many images');
    expect(await printed('--import', module, 'compare', '--help')).toContain('punch');
    const { errors } = await run('--import', module, 'train', '--mix', 'punhc');
    expect(errors).toContain("did you mean 'punch'?");
  });

  it.each([
    ['./nowhere.mjs', 'nowhere.mjs'],
    ['./broken.mjs', 'not today'],
    ['no-such-plugin', 'no-such-plugin'],
  ])('(%s) and cannot be is named, with the reason', async (module, reason) => {
    const { code, output, errors } = await run('--import', module, 'train', '--help');
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(`patchwork: --import ${module}: expected a module that can be imported, got: `);
    expect(errors).toContain(reason);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});

it('the schema names every key, with its kind, its default and the names that it may have', async () => {
  const { output } = await run('schema');
  const { properties } = JSON.parse(output) as { properties: Record<string, Record<string, unknown>> };
  expect(Object.keys(properties)).toEqual(['$schema', ...Object.keys(trainOptions)]);
  expect(properties.epochs).toMatchObject({ type: 'integer', minimum: 1 });
  expect(properties.precision).toMatchObject({ enum: ['auto', 'fp32', 'bf16'] });
  for (const [key, list] of [
    ['model', networks],
    ['mix', mixingMethods],
    ['regularize', regularizers],
  ] as const)
    expect(properties[key]?.anyOf).toEqual(
      expect.arrayContaining([...list].map(({ name, description }) => ({ const: name, description }))),
    );
});
