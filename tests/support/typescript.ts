import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the TypeScript compiler of this project in a folder; what it has to say, nothing where all is well. */
export function tsc(words: readonly string[], cwd: string = root): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), words, {
    cwd,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** Writes the declarations of all of src/ into a folder, as building does. */
export function writeDeclarations(folder: string): void {
  const changes = '--emitDeclarationOnly --composite false --incremental false --declarationMap false';
  const problems = tsc(['-p', 'tsconfig.build.json', '--outDir', folder, ...changes.split(' ')]);
  if (problems !== '') throw new Error(problems);
}
