import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { describeEnvironment, readRunConfig } from './environment.ts';
import { RunFolder } from './run-folder.ts';

it('records versions, threads and the precision that auto became', () => {
  expect(describeEnvironment('bf16')).toMatchObject({
    patchwork: expect.stringMatching(/^\d+\.\d+\.\d+/),
    libtorch: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.version,
    processor: expect.any(String),
    threads: expect.any(Number),
    precision: 'bf16',
  });
});

it('gives back the configuration that was written, and names the file where it is not one', () => {
  const path = join(temporaryFolder(), 'run');
  const config = smallConfig({ seed: 5 });
  using run = RunFolder.create(path, { config, environment: describeEnvironment('bf16') });
  expect(readRunConfig(run)).toEqual({ config, precision: 'bf16' });
  writeFileSync(join(path, 'config.json'), '{"config": {}}');
  expect(() => readRunConfig(run)).toThrow(`${join(path, 'config.json')}: not the configuration of a run`);
  run.writeJson('config.json', { config: { epochs: 'many' }, environment: { precision: 'fp32' } });
  expect(() => readRunConfig(run)).toThrow('epochs: expected a whole number of at least 1, got "many"');
});
