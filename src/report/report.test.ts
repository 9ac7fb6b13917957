import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { predict } from '../evaluate/index.ts';
import { argmax } from '../metrics/index.ts';
import { collectResults, type ExperimentResult, type ExperimentRow, runExperiment } from '../recipes/index.ts';
import { intervalText, percent, spreadText } from './number-texts.ts';
import { resultsCsv } from './results-csv.ts';
import { writeReport } from './write-report.ts';

const folder = temporaryFolder(afterAll);
const rows: ExperimentRow[] = [
  { row: 'baseline', title: 'Baseline', config: smallConfig({ mix: 'none' }) },
  { row: 'cutmix', title: '<b>CutMix</b> & "co"', config: smallConfig({ mix: 'cutmix' }), baseline: 'baseline' },
];
let result: ExperimentResult;
let markup: string;
let texts: (selector: string) => string[];

beforeAll(async () => {
  const outcome = await runExperiment({ folder, rows, seeds: 2 });
  const about = {
    title: 'A <script>',
    command: 'npx patchwork compare',
    data: 'shapes',
    differences: ['fewer epochs'],
  };
  result = await collectResults(outcome, rows, about);
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
  expect(markup.match(/role="img"/g)).toHaveLength(3);
  for (const name of ['Training loss', 'Test loss', 'Test top-1 error (%)']) {
    expect(markup.split(`aria-label="${name} over the epochs: Baseline ends at `)).toHaveLength(2);
  }
  expect(texts('table').length).toBe(texts('table thead').length);
});

it('is a table of unrounded fractions too, one line a run', () => {
  const lines = resultsCsv(result).trimEnd().split('\r\n');
  expect(lines).toHaveLength(5);
  const [headings, , , third] = lines.map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!);
  const cell = (name: string) => third![headings!.indexOf(`${name},`)]!.replace(/,$/, '');
  expect(cell('title')).toBe('"<b>CutMix</b> & ""co"""');
  expect(Number(cell('lastTop1Error'))).toBe(result.rows[1]!.runs[0]!.last.top1Error);
  expect(Number(cell('calibrationError'))).toBe(result.rows[1]!.runs[0]!.calibrationError);
});
