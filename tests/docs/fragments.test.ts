/** Every program in the pages runs as it stands, alone, in a reader's project. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../support/command-line.ts';
import { linkPackages } from '../support/consumers.ts';
import { temporaryFolder } from '../support/small-training.ts';
import { tsc } from '../support/typescript.ts';
import { type Fragment, fragmentsOf, pageAt, pages } from './pages.ts';
import { makeReadersProject, nodeIn, patchworkIn, type Ran } from './readers-project.ts';

const fragments = pages.flatMap(fragmentsOf);
const toRun = fragments.filter(({ notRun }) => notRun === undefined);

let project: string;
beforeAll(async () => {
  project = temporaryFolder(afterAll);
  await makeReadersProject(project);
});

/** What makes Node take TypeScript. */
const tsx = ['--import', import.meta.resolve('tsx')];

/** These run in a browser: without LibTorch. */
const pure = ['options', 'random', 'geometry', 'mix', 'metrics'];

function run({ code, language, rooms }: Fragment): Promise<Ran> {
  const file = join(project, `fragment.${language === 'ts' ? 'ts' : 'mjs'}`);
  writeFileSync(file, code);
  return nodeIn(
    project,
    [...(language === 'ts' ? tsx : []), file],
    rooms.every((room) => pure.includes(room)) ? { PATCHWORK_NATIVE: '/nowhere' } : {},
  );
}

describe('a program in a page', () => {
  it('imports Patchwork, or says why it is not run', () => {
    expect(toRun.filter(({ rooms }) => rooms.length === 0).map(({ place }) => place)).toEqual([]);
    expect(toRun.length).toBeGreaterThan(20);
  });

  it('is left out only for a reason', () => {
    const leftOut = fragments.filter(({ notRun }) => notRun !== undefined);
    expect(leftOut.map(({ place, notRun }) => `${place.replace(/:\d+$/, '')}: ${notRun}`)).toEqual([
      'docs/data.md: a sketch of what can be given',
      'docs/data.md: a sketch, see docs/extending.md for a whole one',
      'docs/torch.md: lines out of a program',
      'docs/torch.md: lines out of a program',
    ]);
  });

  it.each(toRun.map((fragment) => [fragment.place, fragment] as const))('%s runs', async (_, fragment) => {
    const { code, output, errors } = await run(fragment);
    expect(code, errors).toBe(0);
    expect(output !== '').toBe(fragment.code.includes('console.log('));
  });

  it('in TypeScript has no wrong types', () => {
    const typed = toRun.filter(({ language }) => language === 'ts');
    expect(typed.length).toBeGreaterThan(0);
    linkPackages(project, ['@types/node']);
    const files = typed.map(({ code }, n) => {
      writeFileSync(join(project, `typed-${n}.ts`), code);
      return `typed-${n}.ts`;
    });
    const flags = '--ignoreConfig --strict --noEmit --target es2022 --module nodenext --types node'.split(' ');
    expect(tsc([...flags, ...files], project)).toBe('');
  });
});

describe('the programs of the README', () => {
  const [training, mixing] = fragmentsOf(pageAt('README.md'));

  it('train a network and print the error that is in the log', async () => {
    const { output } = await run(training!);
    expect(output).toMatch(/^step 5: loss \d\.\d{3}$/m);
    const [, path, error] = /^(runs\/example-\d+): top-1 error ([\d.]+) %$/m.exec(output)!;
    const log = readFileSync(join(project, path!, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const { top1Error } = JSON.parse(log.at(-1)!) as { top1Error: number };
    expect((100 * top1Error).toFixed(1)).toBe(error);
  });

  it('mix a batch and print its labels', async () => {
    const { output } = await run(mixing!);
    expect(output).toMatch(/^\[ 8, 3, 32, 32 \] \[( \d+,?){4} \] label 0: [\d.]+, label \d: the rest$/m);
  });
});

it('the program in examples/ runs as it stands; the project there has a test of its own', async () => {
  const examples = join(packageRoot, 'examples');
  expect(readdirSync(examples).sort()).toEqual(['count-objects', 'server.ts', 'train-cutmix.ts']);
  const { code, output, errors } = await nodeIn(project, [...tsx, join(examples, 'train-cutmix.ts')]);
  expect(code, errors).toBe(0);
  expect(output).toMatch(/^epoch 2: top-1 error \d\.\d{3}$/m);
  expect(output).toMatch(/^runs\/example-\d+: \{.*"top1Error":/m);
});

describe('docs/extending.md', () => {
  /** Those that add definitions, by the names that their first lines give them. */
  const own = fragmentsOf(pageAt('docs/extending.md')).flatMap(({ code }) => {
    const [, name] = /^\/\/ (.+\.mjs)\n/.exec(code) ?? [];
    return name !== undefined && code.includes('.add(') ? [{ name, code }] : [];
  });
  const imports = own.flatMap(({ name }) => ['--import', `./${name}`]);

  async function succeed(words: readonly string[]): Promise<string> {
    const { code, output, errors } = await patchworkIn(project, [...imports, ...words]);
    expect(code, errors).toBe(0);
    return output;
  }

  beforeAll(() => {
    for (const { name, code } of own) writeFileSync(join(project, name), code);
  });

  it('has one of each kind', () => {
    expect(own.map(({ name }) => name)).toEqual([
      'side-by-side.mjs',
      'one-layer.mjs',
      'labels-in-a-list.mjs',
      'feature-noise.mjs',
      'sign-descent.mjs',
      'mirrored.mjs',
    ]);
  });

  it('adds to the command line what a network is trained and measured with', async () => {
    const things = ['--data', 'my-folder', '--model', 'one-layer:width=4', '--mix', 'side-by-side:share=0.25'];
    const more = ['--regularize', 'feature-noise', '--optimizer', 'sign-descent', '--schedule', 'stairs:count=2'];
    await succeed([
      'train',
      ...things,
      ...more,
      '--epochs',
      '2',
      '--batch-size',
      '4',
      '--threads',
      '1',
      '--run',
      'runs/own',
    ]);
    const found = JSON.parse(await succeed(['evaluate', 'runs/own', '--suite', 'mirrored:vertical=true', '--json']));
    // Each picture is of one color, so that it is its own mirror image.
    expect(found).toMatchObject({ classes: ['cat', 'dog'], mirrored: { images: 4, changed: 0 } });
  });

  it('adds them to help texts, and to what is suggested', async () => {
    expect(await succeed(['train', '--help'])).toContain('share=0.5');
    const { code, errors } = await patchworkIn(project, [...imports, 'train', '--mix', 'side-by-sid']);
    expect([code, errors]).toEqual([1, expect.stringContaining("did you mean 'side-by-side'?")]);
  });
});
