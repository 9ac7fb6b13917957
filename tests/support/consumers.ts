/** Projects that use the package as those of other people do: compiled against its declarations, run on what was built. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from './command-line.ts';
import { tsc } from './typescript.ts';

/** As strict as TypeScript is. */
export const strictest = {
  target: 'es2022',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};

/**
 * A project of its own that has the definitions of `tests/support/made-up` and uses the built package of this checkout.
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

/**
 * Packs this checkout as for a registry and installs it into a project, without network: its dependencies and the addon's
 * build are linked.
 *
 * @returns the folder of the installed package
 */
export function installPacked(project: string): string {
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: packageRoot, stdio: 'pipe' });
  const [tarball] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  const installed = join(project, 'node_modules', 'patchwork');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', join(project, tarball!), '--strip-components=1', '-C', installed]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  linkPackages(project, Object.keys(dependencies));
  symlinkSync(join(packageRoot, 'build'), join(installed, 'build'));
  return installed;
}

/** Links packages of this checkout's node_modules into a project's. */
export function linkPackages(project: string, names: readonly string[]): void {
  for (const name of names) {
    const place = join(project, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules', name), place);
  }
}
