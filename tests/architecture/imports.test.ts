import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, importsOf, type Source, violations } from './strata.ts';

const src = join(import.meta.dirname, '..', '..', 'src');

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }));
}

describe('src', () => {
  it('keeps the order of its folders, the purity of those that run in a browser, and files of a readable length', () => {
    const sources = sourcesOf(src);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(violations)).toEqual([]);
  });

  it('has no circles of imports, types included', () => {
    expect(circles(sourcesOf(src))).toEqual([]);
  });
});

it('a circle is found, however long, and what only leads to it is none', () => {
  const files = { a: 'b', b: 'c', c: 'a', d: 'a', e: 'f' };
  const sources = Object.entries(files).map(([name, target]) => ({
    path: `mix/${name}.ts`,
    text: `import type { X } from './${target}.ts';`,
  }));
  expect(circles(sources)).toEqual([['mix/a.ts', 'mix/b.ts', 'mix/c.ts']]);
});

describe('reading imports', () => {
  it('finds every form of import and no example in a comment', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../b/index.ts';",
      "import 'c';",
      'import {',
      '  d,',
      "} from 'node:d';",
      "export * from './e.ts';",
      "export { f } from './f.ts';",
      "const g = await import('g');",
      " * import { no } from 'doc';",
      "// const no = await import('comment');",
      "export const sentence = 'made from clay';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['./a.ts', '../b/index.ts', 'c', 'node:d', './e.ts', './f.ts', 'g']);
  });
});

describe('the rules', () => {
  const one = (path: string, text: string) => violations({ path, text });

  it.each([
    ['mix/plan.ts', "import { a } from '../random/index.ts';"],
    ['random/stream.ts', "import { a } from 'pure-rand/generator/xoroshiro128plus';"],
    ['mix/plan.test.ts', "import { it } from 'vitest';"],
    ['tasks/classify/classify.ts', "import { a } from '../../mix/index.ts';"],
    ['torch/addon.ts', "const file = 'patchwork.node';"],
    ['index.ts', "export * from './cli/index.ts';"],
    ['report/pages.ts', "import type { A } from '../evaluate/index.ts';"],
    ['report/pages.test.ts', "import { a } from '../evaluate/index.ts';"],
    ['cli/doctor.ts', "import { a } from '../../scripts/setup/libtorch.mjs';"],
    ['torch/generated/operators.ts', '\n'.repeat(5000)],
    ['mix/plan.test.ts', `${'a\n'.repeat(499)}a`],
  ])('allow %s: %s', (path, text) => {
    expect(one(path, text)).toEqual([]);
  });

  it.each([
    ['mix/plan.ts', "import { a } from '../torch/index.ts';", 'mix may not import torch'],
    ['models/resnet.ts', "import { a } from '../data/index.ts';", 'models may not import data'],
    ['models/resnet.ts', "import { a } from '../mix/index.ts';", 'models may not import mix'],
    ['models/resnet.ts', "import { a } from '../train/index.ts';", 'models may not import train'],
    ['studio/server/api.ts', "import { a } from '../../train/index.ts';", 'studio may not import train'],
    ['report/pages.ts', "import type { A } from '../train/index.ts';", 'report may not import train'],
    [
      'report/pages.ts',
      "import { type A, a } from '../evaluate/index.ts';",
      'report may only import types of evaluate',
    ],
    ['charts/plots.ts', "import type { A } from '../torch/index.ts';", 'charts may not import torch'],
    ['torch/tensor.ts', "import { a } from '../index.ts';", 'torch may not import index.ts'],
    ['metrics/top-k.ts', "import { readFileSync } from 'node:fs';", 'may not import node:fs'],
    ['random/stream.ts', "import { z } from 'zod';", 'may not import zod'],
    ['mix/plan.ts', "import { z } from 'pure-random';", 'may not import pure-random'],
    ['nn/linear.ts', "require('../../build/native/x/patchwork.node');", 'only torch may load the addon'],
    ['utils/strings.ts', '', 'got utils'],
    ['nn/linear.ts', 'a\n'.repeat(301), 'expected at most 300 lines, got 301'],
    ['nn/linear.test.ts', 'a\n'.repeat(501), 'expected at most 500 lines, got 501'],
  ])('refuse %s: %s', (path, text, problem) => {
    expect(one(path, text)).toEqual([expect.stringContaining(problem)]);
  });
});
