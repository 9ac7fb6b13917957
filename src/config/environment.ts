/** Where a run was made, recorded beside its configuration. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { dataLocation, type LabeledImages, type ShownImages, usualCropShare } from '../data/index.ts';
import { parseDataText } from '../data/sets/data-text.ts';
import { isHubName } from '../hub/index.ts';
import { methodText } from '../options/index.ts';
import type { RunFolder } from '../runs/index.ts';
import { resolvePrecision } from '../tasks/index.ts';
import { processorName, threads, version } from '../torch/index.ts';
import { type ChosenConfig, parseConfig, type TrainConfig } from './config.ts';

function gitCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // not a git checkout, or no git: nothing to record
  }
}

/** Patchwork's own version, as in its package.json. */
export function packageVersion(): string {
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
export function independentConfig<Config extends TrainConfig>(config: Config): Config {
  return {
    ...config,
    data: dataLocation(config.data),
    ...(config.weights === undefined || isHubName(config.weights) ? {} : { weights: resolve(config.weights) }),
    precision: resolvePrecision(config.precision),
    threads: config.threads ?? threads(),
  };
}

/** How images were shown, by which other data is opened to be measured, and pictures of no data are shown. */
export function describeImages(set: LabeledImages): ShownImages {
  const { channels, height, width } = set;
  const shown = 'fit' in set && { fit: set.fit, cropShare: set.cropShare ?? usualCropShare(set) };
  return { channels, height, width, ...shown };
}

const recordSchema = z.object({
  images: z
    .object({
      channels: z.number().optional(),
      height: z.number(),
      width: z.number(),
      fit: z.enum(['crop', 'stretch']).optional(),
      cropShare: z.number().positive().max(1).optional(),
    })
    .optional(),
  classes: z.array(z.string()),
  normalization: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }),
});

/**
 * What `train` wrote into `config.json` of the data: the names of the classes by label, what images were normalized by, and
 * how they were shown, which early runs do not say.
 */
export function readRunData(run: RunFolder): z.infer<typeof recordSchema> {
  const parsed = recordSchema.safeParse(run.readConfig());
  if (parsed.success) return parsed.data;
  throw new Error(
    `${run.pathOf('config.json')}: expected a list 'classes' and lists 'mean' and 'std' under the key 'normalization'`,
  );
}

/**
 * The images that a run's network takes, without its data.
 *
 * @throws where the run does not say, as the first ones did not
 */
export function readShownImages(run: RunFolder): ShownImages {
  const { images, normalization } = readRunData(run);
  // Runs that do not say how many channels there are have a mean for each.
  if (images !== undefined) return { ...images, channels: images.channels ?? normalization.mean.length };
  throw new Error(
    `${run.pathOf('config.json')}: expected the size of the images under the key 'images', got none; ` +
      `add it as it was in training: "images": { "height": 32, "width": 32 }`,
  );
}

/**
 * Where a run's data is that was moved. Options that are not typed stay as they were recorded: of another size the images
 * would be others.
 *
 * @param given the new path, and options behind a colon where they are others
 */
export function movedData(recorded: string, given: string): string {
  const { path, options } = parseDataText(given);
  return dataLocation(methodText(path, { ...parseDataText(recorded).options, ...options }));
}

/** Records what of a run's configuration is other from now on. */
export function recordConfig(run: RunFolder, config: TrainConfig): void {
  run.writeJson('config.json', { ...run.readConfig(), config });
}

/** The configuration that `train` wrote into `config.json`, checked again: people edit files. */
export function readRunConfig(run: RunFolder): ChosenConfig {
  const { config: recorded } = run.readConfig();
  if (recorded === undefined) {
    throw new Error(`${run.pathOf('config.json')}: expected the configuration of a run under the key 'config'`);
  }
  const config = parseConfig(recorded);
  const { batchSize, epochs, schedule } = config;
  if (batchSize !== undefined && epochs !== undefined && schedule !== undefined) {
    return { ...config, batchSize, epochs, schedule };
  }
  const lacking = Object.entries({ batchSize, epochs, schedule }).find(([, value]) => value === undefined)![0];
  throw new Error(`${run.pathOf('config.json')}: expected '${lacking}' in the configuration of a run, got none`);
}
