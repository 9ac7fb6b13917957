/** Where a run was made, recorded beside its configuration. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { processorName, threads, version } from '../torch/index.ts';
import { parseConfig, type TrainConfig } from './config.ts';
import type { Precision } from './precision.ts';
import type { RunFolder } from './run-folder.ts';

function gitCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // not a git checkout, or no git: nothing to record
  }
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** Versions, processor, threads, the precision that `auto` became, and the working folder's git commit. */
export function describeEnvironment(precision: Precision): Record<string, string | number | null> {
  return {
    patchwork: packageVersion(),
    libtorch: version(),
    node: process.version,
    processor: processorName(),
    threads: threads(),
    precision,
    gitCommit: gitCommit(),
    started: new Date().toISOString(),
  };
}

const runConfigSchema = z.object({
  config: z.unknown(),
  environment: z.object({ precision: z.enum(['fp32', 'bf16']) }),
});

/** What `train` wrote into `config.json`, checked again: people edit files. */
export function readRunConfig(run: RunFolder): { config: TrainConfig; precision: Precision } {
  const parsed = runConfigSchema.safeParse(run.readConfig());
  if (!parsed.success)
    throw new Error(`${run.pathOf('config.json')}: not the configuration of a run: ${z.prettifyError(parsed.error)}`);
  return { config: parseConfig(parsed.data.config), precision: parsed.data.environment.precision };
}
