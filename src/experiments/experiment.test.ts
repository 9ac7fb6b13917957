import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointDigests } from '../../tests/support/checkpoint-digests.ts';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { buildModel, type ChosenConfig, parseConfig } from '../config/index.ts';
import { scope } from '../torch/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { collectResults } from './collect-results.ts';
import { type ChosenRow, type ExperimentEvent, planRuns, runExperiment, runStatus } from './experiment.ts';

const base = smallConfig({ mix: 'none' });

const parseMethods = (given: object) => {
  const { mix, regularize } = parseConfig(given);
  return { mix, regularize };
};

/** Rows by name: a mixing method, a regularizer, or neither. */
function rowsOf(names: readonly string[], config: ChosenConfig = base): ChosenRow[] {
  const settings: Record<string, object> = { baseline: {}, cutmix: { mix: 'cutmix' }, mixup: { mix: 'mixup' } };
  return names.map((row) => ({
    ...{ row, title: row, config: { ...config, ...parseMethods(settings[row] ?? { regularize: row }) } },
    ...(row === 'baseline' ? {} : { baseline: 'baseline' }),
  }));
}

const rows = rowsOf(['baseline', 'cutmix']);

/** Runs the experiment and answers what was told of it. */
async function run(folder: string, changes: Partial<Parameters<typeof runExperiment>[0]> = {}) {
  const told: string[] = [];
  let steps = 0;
  const onRun = (event: ExperimentEvent) =>
    told.push(`${event.run.row} ${event.run.seed} ${event.type === 'run' ? event.status : event.type}`);
  const listener = ({ type }: TrainEvent) => {
    if (type === 'step') steps++;
  };
  const outcome = await runExperiment({ folder, rows, seeds: 2, onRun, listener, ...changes });
  return { ...outcome, told, steps };
}

describe('an experiment', () => {
  it('trains every row with one seed before the next seed, and runs nothing twice', async () => {
    const folder = temporaryFolder();
    const first = await run(folder);
    expect(first.told).toEqual(['baseline 0 new', 'cutmix 0 new', 'baseline 1 new', 'cutmix 1 new']);
    expect(first.outcome).toBe('finished');
    expect(readdirSync(join(folder, 'runs')).sort()).toEqual([
      'baseline-seed0',
      'baseline-seed1',
      'cutmix-seed0',
      'cutmix-seed1',
    ]);
    const again = await run(folder, { seeds: 1, rows: [...rows, ...rowsOf(['mixup'])] });
    expect(again.told).toEqual(['baseline 0 finished', 'cutmix 0 finished', 'mixup 0 new']);
    expect([first.steps, again.steps]).toEqual([32, 8]);
  });

  it('stopped in the middle of a training goes on to the same bytes as one that never was', async () => {
    const [whole, stopped] = [temporaryFolder(), temporaryFolder()];
    await run(whole, { seeds: 1 });
    const controller = new AbortController();
    let steps = 0;
    const listener = ({ type }: TrainEvent) => {
      // Within the first epoch of the second training.
      if (type === 'step' && ++steps === 10) controller.abort();
    };
    expect((await run(stopped, { seeds: 1, listener, signal: controller.signal })).outcome).toBe('stopped');
    const [baseline, cutmix] = planRuns(stopped, rows, 1);
    expect([runStatus(baseline!), runStatus(cutmix!)]).toEqual(['finished', 'unfinished']);
    const rest = await run(stopped, { seeds: 1 });
    expect(rest.told).toEqual(['baseline 0 finished', 'cutmix 0 unfinished']);
    for (const name of ['baseline-seed0', 'cutmix-seed0']) {
      expect(checkpointDigests(join(stopped, 'runs', name))).toEqual(checkpointDigests(join(whole, 'runs', name)));
    }
  });

  it('refuses a folder made for other settings before it trains anything, naming what differs', async () => {
    const folder = temporaryFolder();
    await run(folder, { seeds: 1, rows: rows.slice(0, 1) });
    const others = rowsOf(['mixup', 'baseline'], smallConfig({ mix: 'none', epochs: 7 }));
    await expect(run(folder, { rows: others, seeds: 1 })).rejects.toThrow(
      /baseline-seed0: expected a run of the settings asked for.*\n {2}epochs: 7 is asked for, 2 is there\n.*--out DIR/,
    );
    expect(readdirSync(join(folder, 'runs'))).toEqual(['baseline-seed0']);
  });

  it('records a training that fails, goes on with the others, and tries it again the next time', async () => {
    const folder = temporaryFolder();
    const wild = {
      ...rows[0]!,
      row: 'wild',
      config: { ...base, optimizer: { ...base.optimizer, learningRate: 1e30 } },
    };
    const { outcome, failures, told } = await run(folder, { rows: [wild, ...rows], seeds: 1 });
    expect(outcome).toBe('finished');
    expect(told.slice(0, 3)).toEqual(['wild 0 new', 'wild 0 failed', 'baseline 0 new']);
    expect(failures).toMatchObject([{ row: 'wild', seed: 0, message: expect.stringContaining('learning rate') }]);
    const manifest = JSON.parse(readFileSync(join(folder, 'experiment.json'), 'utf8'));
    expect(manifest).toMatchObject({ outcome: 'finished', seeds: 1, failures });
    const again = await run(folder, { rows: [wild, ...rows], seeds: 1 });
    expect(again.told.filter((line) => line.startsWith('wild'))).toEqual(['wild 0 unfinished', 'wild 0 failed']);
  });

  it('gives all rows of a seed the same initial weights, and another seed others', () => {
    const every = rowsOf(['baseline', 'cutmix', 'shakedrop', 'dropblock', 'stochastic-depth']);
    const shape = { classes: Array.from({ length: 5 }, String), channels: 3 };
    const weights = planRuns('nowhere', every, 2).map(({ config }) =>
      scope(() => [...buildModel(config, shape).stateDict()].map(([name, one]) => [name, one.sum().item()])),
    );
    for (let row = 1; row < every.length; row++) {
      expect(weights[row]).toEqual(weights[0]);
      expect(weights[every.length + row]).toEqual(weights[every.length]);
    }
    expect(weights[every.length]).not.toEqual(weights[0]);
  });

  it('refuses a row given twice, a baseline that is no row, no seeds, and a folder that is a file', async () => {
    const folder = temporaryFolder();
    await expect(run(folder, { rows: [...rows, rows[0]!] })).rejects.toThrow(
      "every row once, got 'baseline' and 'baseline'",
    );
    await expect(run(folder, { rows: rows.slice(1) })).rejects.toThrow(
      "expected the baseline 'baseline' of row 'cutmix'",
    );
    await expect(run(folder, { seeds: 0 })).rejects.toThrow('expected a whole number of seeds in 1..1000, got 0');
    writeFileSync(join(folder, 'file'), '');
    await expect(run(join(folder, 'file'))).rejects.toThrow(
      'expected a folder that can be written, got a file where a folder should be (ENOTDIR)',
    );
  });
});

it('never puts runs on two states of the data into one table', async () => {
  const data = join(temporaryFolder(), 'photos');
  const paths = ['train', 'val'].flatMap((part) =>
    ['a', 'b'].flatMap((name) => [1, 2].map((i) => `${part}/${name}/${i}.png`)),
  );
  await writePictures(data, paths);
  const config = smallConfig({ data: `${data}:size=16`, mix: 'none', batchSize: 2, epochs: 1 });
  const [folder, options] = [temporaryFolder(), { seeds: 1, rows: rowsOf(['baseline'], config) }];
  const outcome = await run(folder, options);
  writeFile(join(data, 'val/a/3.png'), await pictureBytes(99, 'png'));
  const refusal =
    /1 added \(val\/a\/3\.png\)\n.*baseline-seed0: expected a run on the data as it is now, .* put the data back/;
  await expect(run(folder, { ...options, rows: rowsOf(['baseline', 'cutmix'], config) })).rejects.toThrow(refusal);
  const about = { title: 'two states', data, differences: [] };
  const { rows: filled, failures } = await collectResults(outcome, options.rows, about);
  expect(filled).toEqual([]);
  expect(failures).toEqual([expect.objectContaining({ row: 'baseline', message: expect.stringMatching(refusal) })]);
});
