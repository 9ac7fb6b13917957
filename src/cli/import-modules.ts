/** Modules of the user's own, which add to Patchwork's lists. */
import { closeSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openRegularFile } from '../files/index.ts';

const module = { expected: 'a file with a module', atMost: 100_000_000 };

/** @param names files, or packages as Node finds them from the working folder @throws naming the one that cannot be imported */
export async function importModules(names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      const location = locationOf(name);
      // Node would wait for a pipe, and read a device, for ever.
      if (location.startsWith('file:')) closeSync(openRegularFile(fileURLToPath(location), module).file);
      await import(location);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`--import ${name}: expected a module that can be imported, got: ${reason}`, { cause: error });
    }
  }
}

function locationOf(name: string): string {
  if (/^\.{1,2}\//.test(name) || isAbsolute(name) || existsSync(name)) return pathToFileURL(resolve(name)).href;
  try {
    return import.meta.resolve(name);
  } catch {
    // Patchwork may lie elsewhere, as when it is installed for all projects.
    return pathToFileURL(createRequire(join(process.cwd(), 'module.js')).resolve(name)).href;
  }
}
