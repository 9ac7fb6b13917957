import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadConfigOptions, loadConfig } from './config-file.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-config-'));
  file = join(folder, 'config.yaml');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(options: LoadConfigOptions): string[] {
  try {
    loadConfig(options);
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replaceAll(file, 'config.yaml'));
  }
  return [];
}

describe("a run folder's config.json", () => {
  const config = { data: '/data/photos', epochs: 7, optimizer: { name: 'adamw', learningRate: 0.5 } };
  const record = { format: 1, config, environment: { node: 'v20' }, classes: ['cat'], normalization: { mean: [0] } };
  const write = (value: unknown) => writeFileSync(file, JSON.stringify(value, null, 2));

  it('is the configuration that it recorded, and flags win over it', () => {
    write(record);
    expect(loadConfig({ file, flags: { epochs: 9 } })).toEqual(loadConfig({ flags: { ...config, epochs: 9 } }));
  });

  it('has its problems told where they are in it', () => {
    write({ ...record, config: { ...config, epochs: 0, optimzer: {} } });
    expect(problemsOf({ file })).toEqual([
      expect.stringMatching(/^config\.yaml:\d+:5: unknown key 'optimzer'; did you mean 'optimizer'\?/),
      expect.stringMatching(/^config\.yaml:\d+:5: epochs: expected .* got 0$/),
    ]);
  });

  it.each([
    [{ ...record, format: 2 }, 'got format 2;'],
    [{ format: 1, epochs: 3 }, "got format 1 without the key 'config';"],
  ])('of another kind, as %j, is told from a configuration', (value, words) => {
    write(value);
    expect(problemsOf({ file })).toEqual([expect.stringContaining(words)]);
  });

  it('is named where the folder is given', () => {
    expect(problemsOf({ file: folder })).toEqual([
      expect.stringContaining('expected a YAML or JSON file, got a folder'),
    ]);
  });
});

describe('a configuration from a file, flags and --set', () => {
  it('lets --set win over flags, flags over the file, the file over the defaults', () => {
    writeFileSync(file, 'epochs: 2\nbatchSize: 32\nseed: 5\noptimizer: { learningRate: 0.2, momentum: 0.8 }\n');
    const config = loadConfig({
      file,
      flags: { epochs: 3, batchSize: 16, mix: undefined },
      set: ['epochs=4', 'optimizer.learningRate=1e-2', 'schedule.milestones=[0.3]'],
    });
    expect(config).toMatchObject({ epochs: 4, batchSize: 16, seed: 5, mix: 'none', workers: 1 });
    expect(config.optimizer).toMatchObject({ name: 'sgd', learningRate: 0.01, momentum: 0.8, weightDecay: 1e-4 });
    expect(config.schedule).toMatchObject({ milestones: [0.3] });
  });

  it('lets a text say all of an optimizer, and a mapping change what a text or a mapping said', () => {
    writeFileSync(file, 'optimizer: adamw:beta1=0.8\nschedule: { name: cosine, warmupEpochs: 1 }\n');
    expect(loadConfig({ file, set: ['optimizer.weightDecay=0', 'schedule.warmupEpochs=2'] })).toMatchObject({
      optimizer: { name: 'adamw', beta1: 0.8, weightDecay: 0 },
      schedule: { name: 'cosine', warmupEpochs: 2 },
    });
    expect(loadConfig({ file, flags: { optimizer: 'sgd:momentum=0.5', schedule: 'constant' } })).toMatchObject({
      optimizer: { name: 'sgd', momentum: 0.5 },
      schedule: { name: 'constant', warmupEpochs: 0 },
    });
  });

  it('takes a lone number for a list of one, which text cannot write otherwise', () => {
    const { schedule } = loadConfig({ flags: { schedule: 'milestones:milestones=0.6' } });
    expect(schedule?.milestones).toEqual([0.6]);
    expect(problemsOf({ flags: { schedule: 'milestones:milestones=2' } })[0]).toMatch(/rising order, got 2$/);
  });

  it('says where a text with a mistake was given', () => {
    writeFileSync(file, 'epochs: 2\noptimizer: sgd:momentum=2\n');
    expect(problemsOf({ file, flags: { schedule: 'cosine:warmup=1' } }).sort()).toEqual([
      "--schedule: unknown key 'warmup'; did you mean 'warmupEpochs'? Valid: name, warmupEpochs",
      'config.yaml:2:1: optimizer.momentum: expected a number from 0 to below 1, got 2',
    ]);
    expect(problemsOf({ flags: { optimizer: 'sgd:momentum' } })[0]).toMatch(
      /^--optimizer: .*expected options as name=value/,
    );
  });

  it('reads JSON, tabs and all', () => {
    writeFileSync(file, JSON.stringify({ epochs: 7, augment: { flip: false } }, null, '\t'));
    expect(loadConfig({ file })).toMatchObject({ epochs: 7, augment: { padding: 4, flip: false } });
  });

  it('takes an empty file for no keys at all', () => {
    writeFileSync(file, '# nothing yet\n');
    expect(loadConfig({ file })).toEqual(loadConfig());
  });

  it('says at which line and column of the file a problem is', () => {
    writeFileSync(file, 'epochs: 10.5\noptimizer:\n  momentun: 0.8\nschedule:\n  milestones: [0.5, 2]\n');
    expect(problemsOf({ file }).sort()).toEqual([
      'config.yaml:1:1: epochs: expected a whole number of at least 1, got 10.5',
      "config.yaml:3:3: optimizer: unknown key 'momentun'; did you mean 'momentum'? " +
        'Valid: name, learningRate, headLearningRateMultiplier, layerDecay, momentum, nesterov, weightDecay',
      'config.yaml:5:3: schedule.milestones: expected fractions between 0 and 1 in rising order, got [0.5,2]',
    ]);
  });

  it('names the flag or the --set that a value came from, not the file it was written over', () => {
    writeFileSync(file, 'batchSize: 8\nseed: 1\n');
    expect(problemsOf({ file, flags: { batchSize: 1 }, set: ['seed=-1', 'threads=x'] }).sort()).toEqual([
      '--batch-size: expected a whole number of at least 2, got 1',
      '--set seed=-1: seed: expected a whole number of at least 0, got -1',
      '--set threads=x: threads: expected a whole number of at least 1, got "x"',
    ]);
  });

  it.each([
    ['epochs: 1\nepochs: 2\n', 'config.yaml:2:1: Map keys must be unique'],
    ['epochs: [1\n', /^config\.yaml:2:1: Flow sequence/],
    ['- epochs\n', /^config\.yaml: expected keys and values, .* got \["epochs"\]/],
  ])('says what is wrong with the file %j', (text, message) => {
    writeFileSync(file, text);
    expect(problemsOf({ file })[0]).toMatch(message);
  });

  it('says which file is missing', () => {
    expect(problemsOf({ file: 'nowhere.yaml' })).toEqual([
      '--config nowhere.yaml: expected a YAML or JSON file, got no such file',
    ]);
  });

  it('refuses folders, devices and files that no one types, before they are read', () => {
    if (existsSync('/dev/zero')) expect(problemsOf({ file: '/dev/zero' })[0]).toContain('got a device');
    writeFileSync(file, `# ${'x'.repeat(65_536)}`);
    expect(problemsOf({ file })).toEqual([
      '--config config.yaml: expected a YAML or JSON file of at most 65536 bytes, got 65538',
    ]);
  });

  const names = [...'abcdefghi'];
  const listOf = (item: string) => `[${new Array(9).fill(item).join(',')}]`;
  it.each([
    [
      'aliases',
      names.map((name, i) => `${name}: &${name} ${listOf(i === 0 ? 'x' : `*${names[i - 1]}`)}`).join('\n'),
      /^config.yaml: expected YAML that can be read, got: Excessive alias/,
    ],
    [
      'a list that holds itself',
      'epochs: &a [*a]',
      /^config.yaml: expected at most 32 levels of keys and lists, got more/,
    ],
    ['100 levels', `epochs: ${'['.repeat(100)}${']'.repeat(100)}`, /^config.yaml: expected at most 32 levels/],
    [
      '30,000 levels',
      `epochs: ${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      /^config.yaml:1:\d+: mappings or lists are nested too deep/,
    ],
    ['30,000 levels in a line', '- '.repeat(30_000), /nested too deep/],
    [
      'a value of 60,000 letters',
      `epochs: ${'x'.repeat(60_000)}`,
      /epochs: expected a whole number of at least 1, got "x{999}… \(60002 characters\)$/,
    ],
  ])('ends with a sentence for a file with %s', (_, text, message) => {
    writeFileSync(file, text);
    const problems = problemsOf({ file });
    expect(problems[0]).toMatch(message);
    expect(problems.length).toBeLessThanOrEqual(51);
  });

  it('tells the first of many problems, and how many more there are', () => {
    writeFileSync(file, Array.from({ length: 1000 }, (_, i) => `key${i}: 1`).join('\n'));
    const problems = problemsOf({ file });
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 950 more problems');
  });

  it('refuses levels without end from --set', () => {
    expect(problemsOf({ set: [`epochs=${'['.repeat(100)}${']'.repeat(100)}`] })[0]).toMatch(
      /^--set: expected at most 32/,
    );
    expect(problemsOf({ set: [`a${'.a'.repeat(20_000)}=1`] })[0]).toMatch(/^--set: expected at most 32 levels/);
  });

  it.each(['epochs', '=1', 'a..b=1', ''])('refuses --set %j, which is no KEY=VALUE', (text) => {
    expect(problemsOf({ set: [text] })[0]).toMatch(/^--set: expected KEY=VALUE/);
  });

  it('treats __proto__ as an unknown key, from a file and from --set', () => {
    writeFileSync(file, '__proto__: { epochs: 99 }\n');
    expect(problemsOf({ file })[0]).toMatch(/unknown key '__proto__'/);
    expect(problemsOf({ set: ['__proto__.epochs=99'] })[0]).toMatch(/unknown key '__proto__'/);
    expect(loadConfig().epochs).toBeUndefined();
  });
});
