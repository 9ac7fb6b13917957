/** Every kind of page, opened in Chromium as people open it: wide and on a phone, in light and in dark. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRate, readRunData, train } from '../../src/config/index.ts';
import { evaluateRun, explain } from '../../src/evaluate/index.ts';
import {
  collectResults,
  type ExperimentResult,
  type ExperimentRow,
  runExperiment,
} from '../../src/experiments/index.ts';
import {
  explanationFigure,
  explanationPageEnd,
  explanationPageStart,
  writeEvaluation,
  writeLearningRates,
  writeReport,
} from '../../src/report/index.ts';
import { RunFolder } from '../../src/runs/index.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

/** Chromium, or what stands for it; without one the test is listed as skipped. */
function browserPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

const executablePath = browserPath();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = executablePath === undefined ? '' : temporaryFolder(afterAll);
const pages = {
  'of one network': () => measured(),
  'of methods': () => compared(),
  'of more methods than a chart has lines, with long names': () => longNames(),
  'of explanations': () => explained(),
  'of learning rates': () => rated(),
};
const suites = [
  { name: 'accuracy' },
  { name: 'localization' },
  { name: 'robustness', options: { pgdSteps: 0, occlusionSteps: 2, inBetweenSteps: 2 } },
  { name: 'ood' },
];

async function measured(): Promise<string> {
  const run = join(folder, 'run');
  await train(smallConfig({ mix: 'none' }), { run });
  return writeEvaluation(await evaluateRun(run, { suites, limit: 16 }));
}

let result: ExperimentResult | undefined;

async function compared(): Promise<string> {
  const row = (name: string, mix: string) => ({ row: name, title: `Method ${name}`, config: smallConfig({ mix }) });
  const rows: ExperimentRow[] = [row('none', 'none'), { ...row('cutmix', 'cutmix'), baseline: 'none' }];
  const at = join(folder, 'compared');
  const outcome = await runExperiment({ folder: at, rows, seeds: 2 });
  const about = {
    title: 'Methods',
    command: `npx patchwork compare --out ${at}`,
    data: 'shapes',
    differences: ['one'],
  };
  result = await collectResults(outcome, rows, about, { evaluate: { suites, limit: 16 } });
  return writeReport(result, { folder: at });
}

/** The same results again and again: a page does not know better. */
async function longNames(): Promise<string> {
  const { rows, ...about } = result!;
  const many = ['', '-2', '-3', '-4'].flatMap((ending) =>
    rows.map((row) => ({
      ...{
        ...row,
        row: `${row.row}${ending}`,
        title: `${row.title} with_a_name_of_one_word_${'that_is_long_'.repeat(4)}${ending}`,
      },
      ...(row.paired && { paired: { ...row.paired, baseline: `${row.paired.baseline}${ending}` } }),
    })),
  );
  return writeReport({ ...about, rows: many }, { folder: join(folder, 'many') });
}

/** Of the run of the first page. */
async function explained(): Promise<string> {
  const run = join(folder, 'run');
  const side = 16;
  const pictures = [0, 90, 250].map((value) => ({
    data: new Uint8Array(3 * side * side).map((_, i) => (value * (i % 7)) % 256),
    height: side,
    width: side,
  }));
  const about = { network: run, classes: readRunData(RunFolder.open(run)).classes, shown: 3, given: 7 };
  const figures: string[] = [];
  for (const explanation of await explain(run, pictures)) figures.push(await explanationFigure(explanation));
  const path = join(folder, 'explained.html');
  writeFileSync(path, explanationPageStart(about) + figures.join('') + explanationPageEnd([]));
  return path;
}

async function rated(): Promise<string> {
  const path = join(folder, 'rated.html');
  writeLearningRates(await findRate(smallConfig({ mix: 'none' }), { steps: 30 }), path, 'resnet8 on shapes');
  return path;
}

describe.skipIf(executablePath === undefined)('a page (in Chromium, skipped where there is none)', () => {
  let browser: Browser;
  beforeAll(async () => {
    // Its sandbox needs rights that containers do not give; the pages are our own.
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  async function open(path: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  it.each(Object.entries(pages))('%s has no serious fault, wide and on a phone, light and dark', async (_, write) => {
    const path = await write();
    for (const width of [1280, 390]) {
      for (const scheme of ['light', 'dark'] as const) {
        const page = await open(path, width, scheme);
        expect(await faults(page), `${width} ${scheme}`).toEqual([]);
        expect(await page.evaluate(pageWidth), `${width} ${scheme}`).toBe(width);
        expect(await page.evaluate(smallestAxisText), `${width} ${scheme}`).toBeGreaterThanOrEqual(10);
        await page.close();
      }
    }
  });

  it('with a fault is found out: pale words, a picture without a name, a box that is too wide', async () => {
    const path = join(folder, 'faulty.html');
    const wide = '<div style="width: 500px">wide</div>';
    writeFileSync(
      path,
      `<!doctype html><html lang="en"><title>x</title><p style="color:#bbb">pale</p><img src="">${wide}`,
    );
    const page = await open(path, 390, 'light');
    expect((await faults(page)).join()).toMatch(/color-contrast.*image-alt/);
    expect(await page.evaluate(pageWidth)).toBeGreaterThan(390);
    await page.close();
  });
});

/** What axe-core finds serious or critical. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

// Scripts of the page, as text: here are no types of a browser's.
const pageWidth = 'document.documentElement.scrollWidth';

/** How many pixels high the smallest letters of axes are shown. */
const smallestAxisText = `Math.min(...[...document.querySelectorAll('svg[viewBox] text')].map((text) => {
  const svg = text.closest('svg');
  return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
}))`;
