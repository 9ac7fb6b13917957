/** What the pages take for granted: a project that has Patchwork, pictures, and a trained network in runs/NAME. */
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { packageRoot } from '../support/command-line.ts';

/** Pictures of 64 x 64: dark cats and bright dogs, six of each. */
async function writePicture(path: string, label: string, n: number): Promise<void> {
  const level = (label === 'cat' ? 40 : 180) + 5 * n;
  const background = { r: level, g: 255 - level, b: 20 * n };
  mkdirSync(dirname(path), { recursive: true });
  await sharp({ create: { width: 64, height: 64, channels: 3, background } }).toFile(path);
}

/** Makes the project in an empty folder. */
export async function makeReadersProject(folder: string): Promise<void> {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules', 'patchwork'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const lines: string[] = [];
  for (const label of ['cat', 'dog']) {
    await writePicture(join(folder, `${label}.jpg`), label, 0);
    for (let n = 0; n < 6; n++) {
      await writePicture(join(folder, 'photos', label, `${n}.png`), label, n);
      await writePicture(join(folder, 'my-folder', `${label}-${n}.png`), label, n);
      lines.push(`${label}-${n}.png,${label},${n < 4 ? 'train' : 'test'}`);
    }
  }
  writeFileSync(join(folder, 'my-folder', 'labels.csv'), lines.join('\n'));
  const training = ['--data', 'shapes:train=64,test=32', '--epochs', '1', '--threads', '1', '--run', 'runs/NAME'];
  const { code, errors } = await patchworkIn(folder, ['train', ...training]);
  if (code !== 0) throw new Error(errors);
}

export interface Ran {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs Node in a folder to its end. */
export function nodeIn(folder: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const child = spawn(process.execPath, words, { cwd: folder, env: { ...process.env, ...env } });
  const ran: Ran = { code: null, output: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    ran.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    ran.errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ ...ran, code }));
  });
}

/** Runs the built command line in a folder. */
export const patchworkIn = (folder: string, words: readonly string[]): Promise<Ran> =>
  nodeIn(folder, [join(packageRoot, 'bin', 'patchwork.mjs'), ...words]);
