/** Where a run was made, recorded beside its configuration. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { dataLocation, type Normalization } from '../data/index.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { processorName, threads, version } from '../torch/index.ts';
import { resolvePrecision } from '../train/precision.ts';
import { parseConfig, type TrainConfig } from './config.ts';

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

/** Versions, processor, and the working folder's git commit. */
export function describeEnvironment(): Record<string, string | null> {
  return {
    patchwork: packageVersion(),
    libtorch: version(),
    node: process.version,
    processor: processorName(),
    gitCommit: gitCommit(),
    started: new Date().toISOString(),
  };
}

/** A configuration that says the same from any folder and on any machine: what `auto` and defaults mean here is filled in. */
export function resolveConfig(config: TrainConfig): TrainConfig {
  return {
    ...config,
    data: dataLocation(config.data),
    ...(config.weights === undefined ? {} : { weights: resolve(config.weights) }),
    precision: resolvePrecision(config.precision),
    threads: config.threads ?? threads(),
  };
}

/** Names of the classes by label, as `train` wrote them into `config.json`; undefined for a run of before it did. */
export function readRunClasses(run: RunFolder): string[] | undefined {
  const { classes } = run.readConfig() as { classes?: unknown };
  return Array.isArray(classes) ? classes.map(String) : undefined;
}

const normalizationSchema = z.object({ mean: z.array(z.number()), std: z.array(z.number()) });

/** What the network's images were normalized by, as `train` wrote it into `config.json`; undefined for a run of before it did. */
export function readRunNormalization(run: RunFolder): Normalization | undefined {
  const { normalization } = run.readConfig() as { normalization?: unknown };
  if (normalization === undefined) return undefined;
  const parsed = normalizationSchema.safeParse(normalization);
  if (parsed.success) return parsed.data;
  throw new Error(`${run.pathOf('config.json')}: expected lists 'mean' and 'std' under the key 'normalization'`);
}

/** The configuration that `train` wrote into `config.json`, checked again: people edit files. */
export function readRunConfig(run: RunFolder): TrainConfig {
  const content = run.readConfig();
  if (typeof content !== 'object' || content === null || !('config' in content))
    throw new Error(`${run.pathOf('config.json')}: expected the configuration of a run under the key 'config'`);
  return parseConfig(content.config);
}
