import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../support/command-line.ts';

const page = (name: string) => readFileSync(join(packageRoot, name), 'utf8');
const examplesOf = (text: string) => [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);
const readme = page('README.md');
const examples = examplesOf(readme);

// A project that has Patchwork installed.
let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'patchwork-readme-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(packageRoot, join(project, 'node_modules', 'patchwork'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function runExample(code: string, env: Readonly<Record<string, string>> = {}): string {
  const file = join(project, 'example.mjs');
  writeFileSync(file, code);
  return runFile(file, [], env);
}

function runFile(file: string, flags: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, file], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('the training example of the README runs as it stands and prints its error', () => {
  const words = runExample(examples[0]!);
  expect(words).toMatch(/^step 5: loss \d\.\d{3}$/m);
  const [, run, error] = /^(runs\/example-\d+): top-1 error ([\d.]+) %$/m.exec(words)!;
  const metrics = readFileSync(join(project, run!, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const { scores } = JSON.parse(metrics.at(-1)!) as { scores: { top1Error: number } };
  expect((100 * scores.top1Error).toFixed(1)).toBe(error);
});

test('the program in examples/ runs as it stands; the project there has a test of its own', () => {
  expect(readdirSync(join(packageRoot, 'examples'))).toEqual(['count-objects', 'train-cutmix.ts']);
  const words = runFile(join(packageRoot, 'examples', 'train-cutmix.ts'), ['--import', import.meta.resolve('tsx')]);
  expect(words).toMatch(/^epoch 2: top-1 error \d\.\d{3}$/m);
  expect(words).toMatch(/^runs\/example-\d+: \{.*"top1Error":/m);
});

test('the mixing example of the README runs as it stands, without LibTorch', () => {
  const words = runExample(examples[1]!, { PATCHWORK_NATIVE: '/nowhere' });
  expect(words).toMatch(/^\[ 8, 3, 32, 32 \] \{.*x1.*\} label 0: [\d.]+, label \d: the rest$/ms);
});

test('the example of docs/methods.md runs as it stands, without LibTorch', () => {
  const words = runExample(examplesOf(page('docs/methods.md'))[0]!, { PATCHWORK_NATIVE: '/nowhere' });
  expect(words).toMatch(/^\[ 'cutout', 'mixup' \] \[ 8, 3, 32, 32 \] label 0: [\d.]+, label \d: the rest$/m);
});

test('the examples of docs/metrics.md run as they stand, without LibTorch', () => {
  const codes = examplesOf(page('docs/metrics.md'));
  expect(codes.length).toBeGreaterThan(2);
  for (const code of codes) expect(runExample(code, { PATCHWORK_NATIVE: '/nowhere' })).not.toBe('');
});

test('the README and FEATURES.md name only files that are there', () => {
  const links = [readme, page('FEATURES.md')].flatMap((text) =>
    [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!),
  );
  const supplied = links.filter((path) => !path.endsWith('.png'));
  expect(supplied).toContain('docs/torch.md');
  for (const path of supplied) expect(existsSync(join(packageRoot, path)), path).toBe(true);
});
