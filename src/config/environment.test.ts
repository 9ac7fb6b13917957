import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { threads } from '../torch/index.ts';
import { describeEnvironment, independentConfig, readRunConfig } from './environment.ts';

it('records versions and the processor', () => {
  expect(describeEnvironment()).toMatchObject({
    patchwork: expect.stringMatching(/^\d+\.\d+\.\d+/),
    libtorch: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.version,
    processor: expect.any(String),
  });
});

it('fills in what would mean something else in another folder or on another machine', () => {
  const {
    precision,
    threads: count,
    data,
  } = independentConfig({ ...smallConfig(), precision: 'auto', data: 'some/folder' });
  expect(['fp32', 'bf16']).toContain(precision);
  expect(count).toBe(threads());
  expect(data).toBe(resolve('some/folder'));
  const chosen = independentConfig({ ...smallConfig(), precision: 'fp32', threads: 3, data: 'shapes:size=16' });
  expect(chosen).toMatchObject({ precision: 'fp32', threads: 3, data: 'shapes:size=16' });
});

it('gives back the configuration that was written, and names the file where it is not one', () => {
  const path = join(temporaryFolder(), 'run');
  const config = smallConfig({ seed: 5 });
  using run = RunFolder.create(path, { config, environment: describeEnvironment() });
  expect(readRunConfig(run)).toEqual(config);
  writeFileSync(join(path, 'config.json'), '{"epochs": 3}');
  expect(() => readRunConfig(run)).toThrow(`${join(path, 'config.json')}: expected format 1, got none`);
  run.writeJson('config.json', { format: 1, epochs: 3 });
  expect(() => readRunConfig(run)).toThrow(`${join(path, 'config.json')}: expected the configuration of a run`);
  run.writeJson('config.json', { format: 1, config: { epochs: 'many' } });
  expect(() => readRunConfig(run)).toThrow('epochs: expected a whole number of at least 1, got "many"');
});
