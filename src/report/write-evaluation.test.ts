import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { evaluateRun } from '../evaluate/index.ts';
import { writeEvaluation } from './write-evaluation.ts';

it('the page has what was kept of other suites on the same images, each under its own limit', async () => {
  const run = join(temporaryFolder(), 'run');
  await train(smallConfig({ epochs: 1, mix: 'none' }), { run });
  await evaluateRun(run, { suites: ['accuracy', 'ood'], limit: 4 });
  const pageOf = async (data?: string) => {
    const path = await writeEvaluation(await evaluateRun(run, { data, suites: ['localization'], limit: 6 }));
    return readFileSync(path, 'utf8');
  };
  const page = await pageOf();
  const [headings, limits] = [page.match(/<h2>.*?<\/h2>/g), /<dd>at most, of each set: (.*)<\/dd>/.exec(page)![1]];
  expect(headings).toEqual(['Accuracy', 'Localization', 'Out of distribution'].map((name) => `<h2>${name}</h2>`));
  expect(limits).toBe('localization 6, ood 4');
  const other = await pageOf('shapes:train=64,test=16,size=16');
  expect(other.match(/<h2>.*?<\/h2>/g)).toEqual(['<h2>Localization</h2>']);
});
