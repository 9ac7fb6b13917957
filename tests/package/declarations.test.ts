/** The packed package, in the hands of somebody else's compiler. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPacked, linkPackages, npmInstall } from '../support/consumers.ts';
import { temporaryFolder } from '../support/small-training.ts';
import { tsc } from '../support/typescript.ts';

let project: string;
let subpaths: string[];
beforeAll(() => {
  project = temporaryFolder(afterAll);
  const installed = installPacked(project);
  linkPackages(project, ['@types/node']);
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: object };
  subpaths = Object.keys(exports).filter((path) => path !== './package.json');
  const entries = subpaths.map((path, n) => `export * as entry${n} from 'patchwork${path.slice(1)}';`);
  writeFileSync(join(project, 'all.ts'), entries.join('\n'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(
    join(project, 'common.cts'),
    "import('patchwork').then(({ mix, train }) => console.log(mix.mixingMethods.get('cutmix').name, train.parseConfig({}).workers));\n",
  );
  writeFileSync(
    join(project, 'app.ts'),
    "import { parseConfig } from 'patchwork/train';\nconsole.log(parseConfig({ epochs: 10 }).epochs);\n",
  );
});

const nodeNext = ['--module', 'nodenext'];
const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const strict = ['--ignoreConfig', '--strict', '--target', 'es2022', '--skipLibCheck', 'false'];
const exact = ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];

describe.each([
  ['NodeNext', nodeNext],
  ['a bundler', bundler],
])('declarations for %s, which are checked too', (_, modules) => {
  it('need nothing that the package does not bring, whichever entries are used', () => {
    expect(tsc([...strict, ...exact, ...modules, '--noEmit', 'all.ts'], project)).toBe('');
  });

  it('agree with the types of Node', () => {
    const words = [...strict, ...exact, ...modules, '--types', 'node', '--lib', 'es2022', '--noEmit', 'all.ts'];
    expect(tsc(words, project)).toBe('');
  });
});

it('the smallest program compiles as people type it, and runs', () => {
  expect(tsc([...strict, ...nodeNext, 'app.ts'], project)).toBe('');
  expect(execFileSync(process.execPath, ['app.js'], { cwd: project, encoding: 'utf8' })).toBe('10\n');
});

it('a CommonJS program has the package by import(), typed', () => {
  expect(tsc([...strict, ...nodeNext, 'common.cts'], project)).toBe('');
  expect(execFileSync(process.execPath, ['common.cjs'], { cwd: project, encoding: 'utf8' })).toBe('cutmix 1\n');
});

it('TypeScript 5 agrees, for NodeNext and for a bundler, declarations checked', ({ skip }) => {
  const compilers = join(project, 'compilers');
  mkdirSync(compilers);
  writeFileSync(join(compilers, 'package.json'), '{}');
  if (!npmInstall(compilers, 'typescript@5')) skip('no registry to take TypeScript 5 from');
  const compiler = join(compilers, 'node_modules', '.bin', 'tsc');
  expect(execFileSync(compiler, ['--version'], { encoding: 'utf8' })).toMatch(/^Version 5\./);
  // Compiler 5 refuses --ignoreConfig, and there is no tsconfig.json here.
  const words = [...strict.filter((word) => word !== '--ignoreConfig'), ...exact, '--noEmit', 'all.ts', 'app.ts'];
  for (const modules of [nodeNext, bundler]) expect(tsc([...words, ...modules], project, compiler)).toBe('');
});

it('brings nothing that only a build needs, nor maps to sources that it does not bring', () => {
  const files = readdirSync(join(project, 'node_modules', 'patchwork', 'dist'), { recursive: true, encoding: 'utf8' });
  expect(files).toContain('index.d.ts');
  expect(files.filter((name) => /(^|\/)\.|\.map$|\.test\./.test(name))).toEqual([]);
  const index = readFileSync(join(project, 'node_modules', 'patchwork', 'dist', 'index.js'), 'utf8');
  expect(index).not.toContain('sourceMappingURL');
});

it('every entry can be loaded', () => {
  expect(subpaths.length).toBeGreaterThan(15);
  const script = `Promise.all(${JSON.stringify(subpaths)}.map((path) => import('patchwork' + path.slice(1))))
    .then((entries) => console.log(entries.filter((entry) => Object.keys(entry).length === 0).length))`;
  expect(execFileSync(process.execPath, ['-e', script], { cwd: project, encoding: 'utf8' })).toBe('0\n');
});
