import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseConfig, type TrainConfig, type TrainConfigInput } from '../../src/config/index.ts';

/** A training of a fraction of a second: 4 steps an epoch, on one thread, which is fast beside other work. */
export function smallConfig(changes: TrainConfigInput = {}): TrainConfig {
  const data = 'shapes:train=64,test=32,size=16';
  const small = { data, model: 'resnet8', mix: 'cutmix', batchSize: 16, epochs: 2, workers: 0, threads: 1 };
  return parseConfig({ ...small, ...changes });
}

/** A folder that is removed when the test ends, or when `atEnd` says. */
export function temporaryFolder(atEnd: (remove: () => void) => void = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'patchwork-'));
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
