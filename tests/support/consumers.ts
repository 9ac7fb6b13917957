/** Projects that use the package as those of other people do: compiled against its declarations, run on what was built. */
import { execFileSync, spawnSync } from 'node:child_process';
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
 * Packs this checkout as for a registry and unpacks it into a project, without network: its dependencies and the addon's
 * build are linked.
 *
 * @returns the folder of the installed package
 */
export function installPacked(project: string): string {
  const tarball = pack(project);
  const installed = unpack(project, tarball);
  symlinkSync(join(packageRoot, 'build'), join(installed, 'build'));
  return installed;
}

/**
 * Packs this checkout and has npm install it, as people do; where there is no registry, its dependencies are linked. The
 * addon is not built.
 *
 * @returns the folder of the installed package
 */
export function installByNpm(project: string): string {
  const tarball = pack(project);
  return npmInstall(project, `./${tarball}`) ? join(project, 'node_modules', 'patchwork') : unpack(project, tarball);
}

/** @returns whether npm could install these packages: false where it has neither a registry nor them in its cache */
export function npmInstall(project: string, ...packages: readonly string[]): boolean {
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=0', ...packages];
  const { status, stderr } = spawnSync('npm', words, { cwd: project, encoding: 'utf8' });
  if (status === 0) return true;
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/.test(stderr)) return false;
  throw new Error(stderr);
}

function pack(project: string): string {
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: packageRoot, stdio: 'pipe' });
  return readdirSync(project).find((name) => name.endsWith('.tgz'))!;
}

function unpack(project: string, tarball: string): string {
  const installed = join(project, 'node_modules', 'patchwork');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', join(project, tarball), '--strip-components=1', '-C', installed]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  linkPackages(project, Object.keys(dependencies));
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
