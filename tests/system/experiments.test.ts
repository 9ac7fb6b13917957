import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../src/experiments/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { changed, type Ended, patchwork, startPatchwork } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';

const data = ['--data', 'shapes:train=64,test=32,size=16'];
const rates = ['--optimizer', 'sgd:learningRate=0.1', '--schedule', 'milestones'];
const tiny = [
  ...data,
  '--model',
  'resnet8',
  '--batch-size',
  '16',
  '--epochs',
  '2',
  ...rates,
  '--threads',
  '1',
  '--workers',
  '0',
];
const methods = ['--methods', 'baseline,cutmix:alpha=1,probability=1'];
const compare = (folder: string, ...words: string[]) => ['compare', ...tiny, ...methods, '--out', folder, ...words];
const cutmixRun = 'cutmix_alpha_1_probability_1-seed0';

const resultsOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as ExperimentResult;
const expectMistake = (ended: Ended, words: string | RegExp) => {
  expect(ended).toMatchObject({ code: 1, output: '' });
  expect(ended.errors).toMatch(words);
  expect(ended.errors).not.toMatch(/^\s+at /m);
};

// Here, not in the hook: vitest takes hooks only while it collects the file.
const whole = temporaryFolder(afterAll);
let ended: Ended;
beforeAll(async () => {
  ended = await patchwork(compare(whole, '--seeds', '2'));
});

describe('a comparison', () => {
  it('prints a table whose numbers are those of results.json, and writes report.html and results.csv', () => {
    expect(ended.code, ended.errors).toBe(0);
    const { rows, seeds, command } = resultsOf(whole);
    expect(seeds).toEqual([0, 1]);
    expect(rows.map(({ row }) => row)).toEqual(['baseline', 'cutmix:alpha=1,probability=1']);
    for (const { top1, runs } of rows) {
      expect(runs).toHaveLength(2);
      expect(top1.last.mean).toBeCloseTo((runs[0]!.last.scores.top1Error! + runs[1]!.last.scores.top1Error!) / 2, 12);
      expect(ended.output).toContain((100 * top1.last.mean).toFixed(2));
    }
    expect(ended.output).toContain(`(p ${rows[1]!.paired!.last.p!.toFixed(3)})`);
    expect(command).toContain('npx patchwork compare --data shapes:train=64,test=32,size=16 --model resnet8');
    for (const name of ['report.html', 'results.csv', 'experiment.json'])
      expect(existsSync(join(whole, name))).toBe(true);
  });

  it('given again trains nothing, and says the same', async () => {
    const before = checkpointDigests(join(whole, 'runs', cutmixRun));
    const again = await patchwork(compare(whole, '--seeds', '2'));
    expect(again.output).toBe(ended.output);
    expect(again.errors.match(/has finished already/g)).toHaveLength(4);
    expect(checkpointDigests(join(whole, 'runs', cutmixRun))).toEqual(before);
  });

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'ended by %s goes on by the same command to the same bytes',
    async (signal) => {
      const folder = temporaryFolder();
      const { child, ended: stopped } = startPatchwork(compare(folder, '--seeds', '1'));
      // In the middle: the second training has begun, and says so.
      let told = '';
      await new Promise<void>((resolve) => {
        child.stderr!.on('data', (text) => {
          told += text;
          if (told.includes(`training into ${join(folder, 'runs', cutmixRun)}`)) resolve();
        });
        child.on('exit', () => resolve());
      });
      child.kill(signal);
      const { code, output } = await stopped;
      if (signal === 'SIGINT') {
        expect(code).toBe(130);
        expect(output).toContain('the same command goes on from there');
      }
      const rest = await patchwork(compare(folder, '--seeds', '1'));
      expect(rest.code, rest.errors).toBe(0);
      expect(rest.errors).toContain('training 1 of 2: baseline, seed 0, has finished already');
      expect(rest.output).toContain('one seed: no test');
      for (const name of ['baseline-seed0', cutmixRun]) {
        expect(checkpointDigests(join(folder, 'runs', name))).toEqual(checkpointDigests(join(whole, 'runs', name)));
      }
    },
  );

  it('says what fails at its end, with exit status 1, and compares the rest', async () => {
    const folder = temporaryFolder();
    // Which hidden maps there are is known only once there is a network.
    const words = [
      'compare',
      ...tiny,
      '--methods',
      'baseline,feature-cutmix:stages=9',
      '--seeds',
      '1',
      '--out',
      folder,
    ];
    const { code, output } = await patchwork(words);
    expect(code).toBe(1);
    expect(output).toMatch(/Failed, and not in the table.*\n {2}feature-cutmix:stages=9, seed 0: .*stage/);
    expect(resultsOf(folder).rows.map(({ row }) => row)).toEqual(['baseline']);
  });

  it('with a mistake in it says so before it trains anything', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const words = ['compare', ...tiny, '--out', join(folder, 'out')];
    const given = (flag: string, value: string) => patchwork(changed(words, { [flag]: value }));
    expectMistake(await given('--methods', 'cutmux'), /unknown method 'cutmux'; did you mean 'cutmix'\?/);
    expectMistake(await given('--epochs', '0'), /--epochs: expected a whole number of at least 1, got 0/);
    expectMistake(await given('--seeds', '0'), /--seeds: expected a whole number of at least 1, got 0/);
    expectMistake(await patchwork([...words, '--epochs', '3']), /--epochs: expected once, got it twice/);
    expectMistake(await given('--data', 'shapse'), /did you mean 'shapes'\?/);
    expectMistake(await given('--out', file), /expected a folder that can be written/);
    expectMistake(await patchwork(changed(compare(whole), { '--epochs': '3' })), /epochs: 3 is asked for, 2 is there/);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

describe('a reproduction', () => {
  it('prints ours beside the published numbers, and what is not as in the paper', async () => {
    const [folder, record] = [temporaryFolder(), join(temporaryFolder(), 'reproduced.json')];
    const words = ['reproduce', 'T5', ...tiny, '--rows', 'cutmix', '--seeds', '1', '--out', folder, '--record', record];
    const { code, output, errors } = await patchwork(words);
    expect(code, errors).toBe(0);
    expect(output).toMatch(/^Baseline .* 16\.45 \/ 3\.69$/m);
    expect(output).toMatch(/^CutMix .* 14\.47 \/ 2\.97$/m);
    for (const sentence of [
      'data: shapes, not CIFAR-100',
      'network: resnet8, not pyramidnet200-a240',
      'epochs: 2, not 300',
    ])
      expect(output).toContain(sentence);
    const rows = JSON.parse(readFileSync(record, 'utf8')) as { row: string }[];
    expect(rows.map(({ row }) => row)).toEqual(['baseline', 'cutmix']);
  });

  it('of a row or a table that is not there names the nearest and lists them', async () => {
    expectMistake(
      await patchwork(['reproduce', 'T5', ...data, '--rows', 'baselin']),
      /did you mean 'baseline'\? Valid: /,
    );
    expectMistake(await patchwork(['reproduce', 'T1', ...data]), /unknown table 'T1'.*Valid: T3, T4/);
    expectMistake(await patchwork(['reproduce', 'T3', ...data, '--rows', 'resnet50-se']), /not trained here/);
  });
});

describe('the list of recipes', () => {
  it('has every table and row, for people and as JSON', async () => {
    const { code, output } = await patchwork(['recipes']);
    expect(code).toBe(0);
    for (const table of ['T3', 'T4', 'T5', 'T6', 'T7', 'T8'])
      expect(output).toMatch(new RegExp(`^${table}  Table`, 'm'));
    expect(output).toMatch(/^ {2}cutmix-and-shakedrop +13\.81 \/ 2\.29/m);
    expect(output).toMatch(/^ {2}resnet50-se +22\.12 \/ 5\.99 +not trained here$/m);
    const rows = JSON.parse((await patchwork(['recipes', 't5', '--json'])).output) as object[];
    expect(rows).toHaveLength(15);
    expect(rows[0]).toMatchObject({
      table: 'T5',
      row: 'baseline',
      published: { top1Error: 0.1645, top5Error: 0.0369 },
    });
  });
});
