import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from './atomic-file.ts';

/**
 * Makes a folder and those around it that are missing.
 *
 * @param wayOut the flag by which another one is chosen, as in `--out DIR`
 * @throws where it cannot be made or written
 */
export function makeFolder(path: string, wayOut: string): void {
  try {
    // Level by level: Node's own recursion never ends where a parent is missing and cannot be made, as in /proc.
    for (const folder of missingFolders(path)) makeLevel(folder);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const got = errorCode(error) ?? String(error);
    throw new Error(`${path}: expected a folder that can be written, got ${got}; use another one: ${wayOut}`);
  }
}

/** The outermost first. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  return missing;
}

/** Another process may make it at the same time. */
function makeLevel(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
