import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ChosenConfig, parseConfig, type TrainConfigInput, withChoices } from '../../src/config/index.ts';

/** A training of a fraction of a second: 4 steps an epoch, on one thread, which is fast beside other work. */
export function smallConfig(changes: TrainConfigInput = {}): ChosenConfig {
  const data = 'shapes:train=64,test=32,size=16';
  const small = {
    data,
    model: 'resnet8',
    mix: 'cutmix:probability=1',
    batchSize: 16,
    epochs: 2,
    workers: 0,
    threads: 1,
  };
  const rates = { optimizer: { name: 'sgd', learningRate: 0.1 }, schedule: 'milestones' };
  return withChoices(parseConfig({ ...small, ...rates, ...changes }), { height: 16, width: 16, length: 64 });
}

/** A folder that is removed when the test ends, or when `atEnd` says. */
export function temporaryFolder(atEnd: (remove: () => void) => void = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'patchwork-'));
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
