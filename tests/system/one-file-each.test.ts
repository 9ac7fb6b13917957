/** A mixing method, network, data set, regularizer, optimizer, schedule and suite of one's own: one file each. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patchwork } from '../support/command-line.ts';
import { makeUpProject } from '../support/consumers.ts';
import { temporaryFolder } from '../support/small-training.ts';

interface Found {
  schema: { properties: Record<string, unknown> };
  found: Record<string, { description: string; help: string; table: string; suggestion: string }>;
  sentences: Record<string, string>;
  rows: { row: string; mix: unknown; regularize: unknown }[];
}

let project: string;
let added: string;
let said: Found;
beforeAll(() => {
  project = temporaryFolder(afterAll);
  added = makeUpProject(project);
  const script = join(project, 'dist', 'found.js');
  said = JSON.parse(execFileSync(process.execPath, [script], { cwd: project, encoding: 'utf8' })) as Found;
});

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(project, ...path), 'utf8'));

async function succeed(...words: string[]): Promise<string> {
  const { code, output, errors } = await patchwork(['--import', added, ...words], { cwd: project });
  expect(code, errors).toBe(0);
  return output;
}

const options: Record<string, string> = {
  'left-part': 'share=0.5',
  'one-layer': 'width=8',
  stripes: 'count=32',
  'feature-noise': 'spread=0.1',
  'sign-descent': 'learningRate=0.001',
  stairs: 'count=4',
  brightness: 'threshold=0.5',
};
const names = Object.keys(options);

describe('what is added by one file', () => {
  it.each(names)('%s has its row in tables, its line in help and is suggested where it is mistyped', (name) => {
    const [option, value] = options[name]!.split('=');
    const { help, table, suggestion } = said.found[name]!;
    expect(help).toContain(options[name]);
    expect(table).toMatch(new RegExp(`^\\| \`${option}\` \\| a .*number.* \\| ${value} \\| .+ \\|$`, 'm'));
    expect(suggestion).toContain(`did you mean '${name}'?`);
  });

  it('is in the schema of configurations, with which an editor completes it', () => {
    const { data, model, mix, regularize, optimizer, schedule } = said.schema.properties;
    const named = (name: string) =>
      expect.objectContaining({ const: name, description: said.found[name]!.description });
    expect(data).toMatchObject({ examples: expect.arrayContaining(['stripes:count=32']) });
    expect(model).toMatchObject({ anyOf: expect.arrayContaining([named('one-layer')]) });
    expect(mix).toMatchObject({ anyOf: expect.arrayContaining([named('left-part')]) });
    expect(regularize).toMatchObject({ anyOf: expect.arrayContaining([named('feature-noise')]) });
    const properties = (name: string, option: string) =>
      expect.objectContaining({
        properties: { name: { const: name }, [option]: expect.objectContaining({ default: expect.any(Number) }) },
      });
    expect(optimizer).toMatchObject({ anyOf: expect.arrayContaining([properties('sign-descent', 'learningRate')]) });
    expect(schedule).toMatchObject({ anyOf: expect.arrayContaining([properties('stairs', 'count')]) });
  });

  it('is suggested wherever a person types it', () => {
    expect(said.sentences).toMatchObject({
      mix: expect.stringContaining("did you mean 'left-part'?"),
      option: expect.stringContaining("left-part: unknown option 'shar'; did you mean 'share'?"),
      regularize: expect.stringContaining("did you mean 'feature-noise'?"),
      optimizer: expect.stringContaining("optimizer.name: unknown value 'sgn-descent'; did you mean 'sign-descent'?"),
      schedule: expect.stringContaining("did you mean 'stairs'?"),
      data: expect.stringContaining("did you mean 'stripes'?"),
      compare: expect.stringContaining("did you mean 'left-part'?"),
      compareRegularizer: expect.stringContaining("did you mean 'feature-noise'?"),
    });
  });

  it('is a row of a comparison', () => {
    expect(said.rows).toEqual([
      { row: 'baseline', mix: 'none', regularize: [] },
      { row: 'left-part:share=0.25', mix: 'left-part:share=0.25', regularize: [] },
      { row: 'feature-noise', mix: 'none', regularize: ['feature-noise'] },
    ]);
  });
});

describe('patchwork --import FILE', () => {
  it('says them in the help of train and evaluate, with their options and defaults', async () => {
    const help = { train: await succeed('train', '--help'), evaluate: await succeed('evaluate', '--help') };
    for (const name of names) {
      const words = name === 'brightness' ? help.evaluate : help.train;
      expect(words, name).toContain(name);
      expect(words, name).toContain(options[name]!);
    }
  });

  it('trains with them, and measures by them', async () => {
    const flags = ['--data', 'stripes:count=16', '--model', 'one-layer:width=4', '--mix', 'left-part'];
    const more = [
      '--regularize',
      'feature-noise',
      '--set',
      'optimizer.name=sign-descent',
      '--set',
      'schedule.name=stairs',
    ];
    await succeed(
      'train',
      ...flags,
      ...more,
      '--epochs',
      '2',
      '--batch-size',
      '8',
      '--threads',
      '1',
      '--run',
      'runs/one',
    );
    expect(json('runs', 'one', 'config.json')).toMatchObject({
      config: { optimizer: { name: 'sign-descent', learningRate: 0.001 }, schedule: { name: 'stairs', count: 4 } },
      classes: ['lying', 'standing'],
    });
    const found = JSON.parse(await succeed('evaluate', 'runs/one', '--suite', 'brightness:threshold=0.5', '--json'));
    // Of each four rows or columns two are bright.
    expect(found).toMatchObject({ brightness: { images: 16, bright: 0.5 } });
    for (const command of ['evaluate', 'resume']) {
      const { code, errors } = await patchwork([command, 'runs/one'], { cwd: project });
      expect([code, errors]).toEqual([1, expect.stringMatching(/'sign-descent'.*one of your own by --import MODULE/)]);
    }
  });

  it('compares them', async () => {
    const shared = [
      '--data',
      'stripes',
      '--model',
      'one-layer',
      '--epochs',
      '1',
      '--batch-size',
      '8',
      '--threads',
      '1',
    ];
    const methods = ['--methods', 'baseline,left-part:share=0.25,feature-noise', '--seeds', '1'];
    await succeed('compare', ...shared, ...methods, '--suite', 'brightness', '--out', 'runs/compared');
    const { rows } = json('runs', 'compared', 'results.json') as { rows: { row: string; runs: unknown[] }[] };
    expect(rows.map(({ row, runs }) => [row, runs.length])).toEqual([
      ['baseline', 1],
      ['left-part:share=0.25', 1],
      ['feature-noise', 1],
    ]);
  });

  it('says which word was mistyped', async () => {
    const { code, errors } = await patchwork(['--import', added, 'train', '--mix', 'lft-part'], { cwd: project });
    expect(code).toBe(1);
    expect(errors).toContain("did you mean 'left-part'?");
  });
});
