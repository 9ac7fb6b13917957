import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from './command-line.ts';
import { tsc } from './typescript.ts';

/** What a consumer of the package is compiled with: as strict as TypeScript is. */
export const strictest = {
  target: 'es2022',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};

/** Links packages of this checkout's node_modules into a project's. */
export function linkPackages(project: string, names: readonly string[]): void {
  for (const name of names) {
    const place = join(project, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules', name), place);
  }
}

/**
 * A project of its own that has the definitions of `tests/support/made-up` and uses the built package.
 *
 * @returns the compiled module that adds them all
 */
export function makeUpProject(folder: string): string {
  linkPackages(folder, ['@types/node']);
  symlinkSync(packageRoot, join(folder, 'node_modules', 'patchwork'));
  cpSync(join(import.meta.dirname, 'made-up'), join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compilerOptions = { ...strictest, module: 'nodenext', types: ['node'], rootDir: 'src', outDir: 'dist' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const problems = tsc([], folder);
  if (problems !== '') throw new Error(problems);
  return join(folder, 'dist', 'index.js');
}
