/** Results in the run folder, each beside what it was made from, so that they are used again only where that is the same. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseDataText } from '../data/data-text.ts';
import { dataLocation, type ImageSet } from '../data/index.ts';
import { noiseKinds } from '../data/ood/noise.ts';
import { writeFileAtomically } from '../files/index.ts';
import { RunFolder } from '../train/index.ts';
import { type Evaluation, type SuiteName, type SuiteResults, suiteNames } from './results.ts';
import type { TrainedNetwork } from './trained-network.ts';

/**
 * Which way of measuring each result was made by: raise the number wherever a change of the program gives another result,
 * so that what was kept before is measured again.
 */
export const protocolVersions: Readonly<Record<SuiteName, number>> = {
  accuracy: 2,
  localization: 2,
  robustness: 2,
  ood: 2,
};

/**
 * The weights and configuration that a result is of. Data is told apart by its path: what was kept must be removed after
 * changing the pictures behind it.
 */
export function networkSource({ checkpoint, config, data }: Pick<TrainedNetwork, 'checkpoint' | 'config' | 'data'>) {
  const weights = readFileSync(join(checkpoint.path, 'model.safetensors'));
  return { weights: digest(weights), config: { ...config, data: independentPath(data) } };
}

/** The images that a result is of, but for their pixels: how many, their classes and their labels. */
export function testSource({ length, classes, labels }: ImageSet) {
  return { images: length, annotations: digest(JSON.stringify({ classes, labels: [...labels] })) };
}

/** What stands for a value in a text. */
export function digest(value: string | Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}

/** A location of data or unknown images, the same from any working folder. */
export function independentPath(text: string): string {
  return noiseKinds.some((kind) => text === kind || text.startsWith(`${kind}:`)) ? text : dataLocation(text);
}

/**
 * What stands for the files of an unknown set: their names, sizes and times of change; empty for what is drawn.
 *
 * @param location as {@link independentPath} gives it
 */
export function contentsOf(location: string): string {
  const { path } = parseDataText(location);
  if (!existsSync(path)) return '';
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  const states = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    return [relative(path, file), size, mtimeMs];
  });
  return digest(JSON.stringify(states));
}

/** Where a suite's result is kept. */
export function resultPath(run: RunFolder, suite: SuiteName, { name }: { name: string }): string {
  return run.pathOf(join('report', `${suite}-${name}.json`));
}

interface Kept {
  madeFrom: { of: unknown; protocol: number; limit?: number };
  result: unknown;
}

/** What was kept, if it was made from the same. */
export function keptResult(path: string, madeFrom: object): unknown {
  const kept = readKept(path);
  return JSON.stringify(kept?.madeFrom) === JSON.stringify(madeFrom) ? kept?.result : undefined;
}

/** A run folder that cannot be written, or a full disk, costs the next reader time and nothing else. */
export function keepResult(path: string, madeFrom: object, result: unknown): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, [Buffer.from(`${JSON.stringify({ result, madeFrom }, null, 1)}\n`)]);
  } catch {}
}

/**
 * What other calls found of the same network and the same images, of suites that this one did not measure, each with the
 * limit that it was measured under.
 */
export function otherEvaluations(evaluation: Evaluation): Evaluation[] {
  const { run, checkpoint, data, classes } = evaluation;
  const folder = RunFolder.open(run);
  const keptOf = (suite: SuiteName) => readKept(resultPath(folder, suite, { name: checkpoint }));
  const measured = suiteNames.find((suite) => evaluation[suite] !== undefined);
  const of = measured && JSON.stringify(keptOf(measured)?.madeFrom.of);
  return suiteNames.flatMap((suite) => {
    const kept = evaluation[suite] === undefined ? keptOf(suite) : undefined;
    if (kept === undefined || JSON.stringify(kept.madeFrom.of) !== of) return [];
    const { protocol, limit } = kept.madeFrom;
    if (protocol !== protocolVersions[suite]) return [];
    const found = { [suite]: kept.result } as Partial<SuiteResults>;
    return { run, checkpoint, data, classes, ...(limit !== undefined && { limit }), ...found };
  });
}

/** A damaged file is as good as none. */
function readKept(path: string): Kept | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    return kept.madeFrom === undefined || kept.result === undefined ? undefined : (kept as Kept);
  } catch {
    return undefined;
  }
}
