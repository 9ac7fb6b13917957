import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { predict, suiteNames } from '../evaluate/index.ts';
import {
  collectResults,
  type ExperimentOutcome,
  type ExperimentResult,
  type ExperimentRow,
  runExperiment,
} from '../experiments/index.ts';
import { argmax, summarize } from '../metrics/index.ts';
import { intervalText, percent, spreadText } from './number-texts.ts';
import { resultsCsv } from './results-csv.ts';
import { writeReport } from './write-report.ts';

const folder = temporaryFolder(afterAll);
const rows: ExperimentRow[] = [
  { row: 'baseline', title: 'Baseline', config: smallConfig({ mix: 'none' }) },
  { row: 'cutmix', title: '<b>CutMix</b> & "co"', config: smallConfig({ mix: 'cutmix' }), baseline: 'baseline' },
];
let outcome: ExperimentOutcome;
let result: ExperimentResult;
let markup: string;
let texts: (selector: string) => string[];

beforeAll(async () => {
  outcome = await runExperiment({ folder, rows, seeds: 2 });
  const about = {
    title: 'A <script>',
    command: 'npx patchwork compare',
    data: 'shapes',
    differences: ['fewer epochs'],
  };
  result = await collectResults(outcome, rows, about, { evaluate: { suites: suiteNames, limit: 16 } });
  markup = readFileSync(await writeReport(result, { folder }), 'utf8');
  const { document } = parseHTML(markup);
  texts = (selector) => [...document.querySelectorAll(selector)].map((element) => String(element.textContent).trim());
});

it('shows the numbers of the result in its table, a row for each method', () => {
  expect(result.failures).toEqual([]);
  expect(texts('section:first-of-type tbody th')).toEqual(rows.map(({ title }) => title));
  const cells = texts('section:first-of-type tbody td');
  const [baseline, cutmix] = result.rows;
  expect(cells.slice(0, 5)).toEqual([
    spreadText(baseline!.top1.last),
    spreadText(baseline!.top1.best),
    spreadText(baseline!.top5.last),
    spreadText(baseline!.top5.best),
    spreadText(baseline!.calibrationError),
  ]);
  const { meanDifference, p } = cutmix!.paired!.last;
  expect(cells.at(-3)).toContain(percent(Math.abs(meanDifference)));
  expect(cells.at(-3)).toContain(`p ${p! < 0.001 ? '< 0.001' : p!.toFixed(3)}`);
  expect(cells.at(-2)).toBe(intervalText(cutmix!.paired!.last));
  expect(cells.at(-2)).toMatch(/\d to /);
});

it('counts the images that both, one and none of the two get right, and adds up to the test set', async () => {
  const [baseline, cutmix] = await Promise.all(
    result.rows.map(async ({ runs }) => {
      const { labels, probabilities, classes } = await predict(runs[0]!.run);
      return Array.from(argmax(probabilities, classes.length), (predicted, n) => predicted === labels[n]);
    }),
  );
  const count = (first: boolean, second: boolean) =>
    baseline!.filter((right, n) => right === first && cutmix![n] === second).length;
  const numbers = texts('section:last-of-type p')[0]!
    .match(/\b\d+\b/g)!
    .map(Number);
  // Seed, both right, both wrong, the second alone, the first alone.
  expect(numbers).toEqual([0, count(true, true), count(false, false), count(false, true), count(true, false)]);
});

it('needs no other file and no network, and escapes what comes from outside', () => {
  // Not the whole page in a message: it is mostly pictures.
  expect(markup.match(/(?:src|href)="(?!data:).{0,80}|<script|<link|@import|url\(|<b>CutMix/g)).toBe(null);
  expect(texts('h1')).toEqual(['A <script>']);
  expect(markup.includes('src="data:image/webp;base64,')).toBe(true);
  expect(markup.length).toBeLessThan(1e6);
});

it('has a name for each picture and plot, and headings for each table', () => {
  expect(markup.match(/<img /g)!.length).toBe(markup.match(/<img [^>]*alt="[^"]+/g)!.length);
  const examples = result.rows[0]!.runs[0]!.evaluation!.localization!.examples.length;
  // Training, localization, robustness and two reliability diagrams; then the gallery.
  expect(markup.match(/role="img"/g)).toHaveLength(3 + 1 + 4 + 2 + examples);
  for (const name of ['Training loss', 'Test loss', 'Test top-1 error (%)']) {
    expect(markup.split(`aria-label="${name} over the epochs: Baseline ends at `)).toHaveLength(2);
  }
  expect(texts('table').length).toBe(texts('table thead').length);
});

it('shows what the suites found of every row, and pictures of where the compared ones look', () => {
  const headings = texts('h2');
  for (const name of ['Localization', 'Robustness', 'Out of distribution', 'Reliability'])
    expect(headings).toContain(name);
  for (const { runs } of result.rows) {
    const found = runs.map(({ evaluation }) => evaluation!);
    expect(found.every(({ localization }) => localization?.images === 16)).toBe(true);
    const errors = found.map(({ robustness }) => robustness!.attacks[0]!.top1Error);
    expect(markup).toContain(spreadText(summarize(errors)));
  }
  expect(markup.match(/alt="Two test images, and mixtures of them/g)).toHaveLength(2);
});

it('is written without what the suites could not measure, and says what went wrong', async () => {
  const about = { title: '', data: 'shapes', differences: [] };
  const evaluate = { suites: ['localization' as const], localization: { threshold: 2 } };
  const seen: number[] = [];
  const onRun = (_: unknown, number: number, of: number) => seen.push(number, of);
  const { rows: all, unmeasured } = await collectResults(outcome, rows, about, { evaluate, onRun });
  expect(seen).toEqual([1, 4, 2, 4, 3, 4, 4, 4]);
  expect(all.map(({ runs }) => runs.map(({ evaluation }) => evaluation))).toEqual(
    Array(2).fill([undefined, undefined]),
  );
  expect(unmeasured).toHaveLength(4);
  expect(unmeasured[0]).toMatchObject({ row: 'baseline', seed: 0 });
  expect(unmeasured[0]!.message).toMatch(/expected threshold in 0\.\.1, got 2/);
});

it('is a table of unrounded fractions too, one line a run', () => {
  const lines = resultsCsv(result).trimEnd().split('\r\n');
  expect(lines).toHaveLength(5);
  const [headings, , , third] = lines.map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!);
  const cell = (name: string) => third![headings!.indexOf(`${name},`)]!.replace(/,$/, '');
  expect(cell('title')).toBe('"<b>CutMix</b> & ""co"""');
  expect(Number(cell('lastTop1Error'))).toBe(result.rows[1]!.runs[0]!.last.top1Error);
  const { calibrationError, evaluation } = result.rows[1]!.runs[0]!;
  expect(Number(cell('calibrationError'))).toBe(calibrationError);
  expect(Number(cell('top1Localization'))).toBe(evaluation!.localization!.fixed.top1Localization);
  expect(Number(cell('top1Error FGSM 8/255'))).toBe(evaluation!.robustness!.attacks[0]!.top1Error);
  expect(Number(cell('auroc energy'))).toBe(evaluation!.ood!.mean.energy.auroc);
});
