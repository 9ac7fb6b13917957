/** Targets that follow the picture: boxes are cropped and mirrored with it, in the thread that does so. */
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { View } from '../decode/index.ts';

/** What a target becomes when its image shows a part of the picture. It must draw nothing: equal views, equal targets. */
export type MapTarget<Target = unknown> = (target: Target, view: View) => Target;

/** A {@link MapTarget} that threads import, since functions cannot be sent to them. */
export interface MapTargetModule {
  /** The address of a JavaScript module (`import.meta.url`), its path, or the name of a package. */
  module: string | URL;
  /** What the module exports it as. */
  name: string;
}

/** The same wherever it is read, as plain data. */
export function portableModule({ module, name }: MapTargetModule): { module: string; name: string } {
  const text = String(module);
  const isPath = isAbsolute(text) || text.startsWith('.');
  return { module: isPath ? pathToFileURL(resolve(text)).href : text, name };
}

/** @throws where the module cannot be imported, or has no such function */
export async function importMapTarget({ module, name }: { module: string; name: string }): Promise<MapTarget> {
  const exports = await importModule(module);
  const found = exports[name];
  if (typeof found === 'function') return found as MapTarget;
  throw new Error(
    `loader: expected mapTarget's module ${module} to export a function ${name}, got ${typeof found}; ` +
      `it exports ${Object.keys(exports).join(', ') || 'nothing'}`,
  );
}

async function importModule(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`loader: expected mapTarget's module ${module} to be imported, got ${reason}`, { cause: error });
  }
}
