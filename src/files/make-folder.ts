import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode, FileError } from './system-errors.ts';

/**
 * Makes a folder and those around it that are missing.
 *
 * @param wayOut the flag by which another one is chosen, as in `--out DIR`
 * @throws FileError where it cannot be made or written
 */
export function makeFolder(path: string, wayOut: string): void {
  try {
    // Level by level: Node's own recursion never ends where a parent is missing and cannot be made, as in /proc.
    for (const folder of missingFolders(path)) makeLevel(folder);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new FileError(path, 'a folder that can be written', error, `use another one: ${wayOut}`);
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
