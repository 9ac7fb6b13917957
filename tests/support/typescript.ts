import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

const ownCompiler = join(root, 'node_modules', '.bin', 'tsc');

/**
 * Runs a TypeScript compiler in a folder; what it has to say, nothing where all is well.
 *
 * @param compiler default: this project's
 */
export function tsc(words: readonly string[], cwd: string = root, compiler: string = ownCompiler): string {
  const { status, stdout, stderr } = spawnSync(compiler, words, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** Writes the declarations of all of src/ into a folder, as building does. */
export function writeDeclarations(folder: string): void {
  const changes = '--emitDeclarationOnly --composite false --incremental false --declarationMap false';
  const problems = tsc(['-p', 'tsconfig.build.json', '--outDir', folder, ...changes.split(' ')]);
  if (problems !== '') throw new Error(problems);
}
