/** Results in a run folder, each beside what it was made from, so that they are used again only where that is the same. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../files/index.ts';
import type { RunFolder } from './run-folder.ts';

/** What stands for a value in a text. */
export function digest(value: string | Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}

/** A result and what it was made from. */
export interface CachedResult {
  madeFrom: unknown;
  result: unknown;
}

/** Where the result of that name is. */
export function resultPath(run: RunFolder, name: string): string {
  return run.pathOf(join('report', `${name}.json`));
}

/** What is there under a name, whatever it was made from; a damaged file is as good as none. */
export function readResult(path: string): CachedResult | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { madeFrom, result } = JSON.parse(readFileSync(path, 'utf8')) as Partial<CachedResult>;
    return madeFrom === undefined || result === undefined ? undefined : { madeFrom, result };
  } catch {
    return undefined;
  }
}

/** What is kept, if it was made from the same. */
export function cachedResult(path: string, madeFrom: object): unknown {
  const cached = readResult(path);
  return JSON.stringify(cached?.madeFrom) === JSON.stringify(madeFrom) ? cached?.result : undefined;
}

/** The run folder itself is not made: one that was moved meanwhile does not begin anew. @throws where it is not there */
export function makeReportFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path);
}

/** A run folder that cannot be written, or a full disk, costs the next reader time and nothing else. */
export function cacheResult(path: string, madeFrom: object, result: unknown): void {
  try {
    makeReportFolder(dirname(path));
    writeFileAtomically(path, [Buffer.from(`${JSON.stringify({ result, madeFrom }, null, 1)}\n`)]);
  } catch {}
}
