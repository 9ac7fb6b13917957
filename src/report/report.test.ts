import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentOf, namesOf, tablesOf, textsOf } from '../../tests/support/markup.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { predict } from '../evaluate/index.ts';
import { collectResults, type ExperimentResult, type ExperimentRow, runExperiment } from '../experiments/index.ts';
import { argmax, summarize } from '../metrics/index.ts';
import { spreadText } from './number-texts.ts';
import { writeReport } from './write-report.ts';

const folder = temporaryFolder(afterAll);
const title = '<b>CutMix</b> & "co"';
const rows: ExperimentRow[] = [
  { row: 'baseline', title: 'Baseline', config: smallConfig({ mix: 'none' }) },
  { row: 'cutmix', title, config: smallConfig({ mix: 'cutmix' }), baseline: 'baseline' },
];
let result: ExperimentResult;
let markup: string;
let document: ReturnType<typeof documentOf>;

beforeAll(async () => {
  const outcome = await runExperiment({ folder, rows, seeds: 2 });
  const about = {
    title: 'A <script>',
    command: 'npx patchwork compare',
    data: 'shapes',
    differences: ['fewer epochs'],
  };
  const suites = [
    { name: 'localization' },
    { name: 'robustness', options: { pgdSteps: 0, occlusionSteps: 1, inBetweenSteps: 1 } },
    { name: 'ood' },
  ];
  const found = await collectResults(outcome, rows, about, { evaluate: { suites, limit: 16 } });
  // As `results.json` holds it.
  result = JSON.parse(JSON.stringify(found));
  markup = readFileSync(await writeReport(result, { folder }), 'utf8');
  document = documentOf(markup);
});

/** The section below a heading. */
const sectionOf = (heading: string) =>
  [...document.querySelectorAll('section')].find((section) => textsOf(section, 'h2')[0]!.startsWith(heading))!;

it('shows the numbers of the result in its table, a row for each method', () => {
  expect(result.failures).toEqual([]);
  const [table] = tablesOf(sectionOf('Results'));
  for (const row of result.rows) {
    expect(table![row.title]).toMatchObject({
      'Top-1 last': spreadText(row.top1.last),
      'Top-1 best': spreadText(row.top1.best),
      Calibration: spreadText(row.calibrationError),
    });
  }
});

it('shows what each suite found of every row', () => {
  const [attacks] = tablesOf(sectionOf('Robustness'));
  const [fixed] = tablesOf(sectionOf('Localization'));
  const [softmax] = tablesOf(sectionOf('Out of distribution'));
  for (const row of result.rows) {
    const found = row.runs.map(({ evaluation }) => evaluation!);
    const over = (of: (one: (typeof found)[0]) => number) => spreadText(summarize(found.map(of)));
    expect(found.every(({ localization }) => localization?.images === 16)).toBe(true);
    expect(attacks![row.title]!['FGSM 8/255']).toBe(over(({ robustness }) => robustness!.attacks[0]!.top1Error));
    expect(fixed![row.title]!['GT-known localization']).toBe(
      over(({ localization }) => localization!.fixed.gtKnownLocalization),
    );
    const auroc = summarize(found.map(({ ood }) => ood!.mean['max-softmax'].auroc)).mean;
    expect(softmax!.Mean![row.title]!.split(' / ')[1]).toBe((100 * auroc).toFixed(1));
  }
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
  const numbers = textsOf(sectionOf('Baseline and'), 'p')[0]!
    .match(/\b\d+\b/g)!
    .map(Number);
  // Seed, both right, both wrong, the second alone, the first alone.
  expect(numbers).toEqual([0, count(true, true), count(false, false), count(false, true), count(true, false)]);
  expect(numbers.slice(1).reduce((sum, number) => sum + number)).toBe(32);
});

it('needs no other file and no network, and escapes what comes from outside', () => {
  const links = [...document.querySelectorAll('[src], [href]')].map(
    (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
  );
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !link.startsWith('data:image/webp;base64,'))).toEqual([]);
  // Not the whole page in a message: it is mostly pictures.
  expect(markup.match(/<script|<link|<b>CutMix|url\(|@import/g)).toBe(null);
  expect([textsOf(document, 'h1'), textsOf(document, 'title')]).toEqual([['A <script>'], ['A <script>']]);
  expect(textsOf(document, 'li')).toContain('fewer epochs');
  expect(textsOf(document, 'dd code')).toEqual(['npx patchwork compare']);
  expect(markup.length).toBeLessThan(1.5e6);
});

it('has a name for each picture and plot: curves, reliability, examples, mixtures and mixed batches', () => {
  const names = namesOf(document);
  expect(names.filter((name) => name === '')).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of ['Training loss', 'Test loss', 'Test top-1 error', 'Center occluded', 'CutMix of two images']) {
    expect(names.filter((other) => other.startsWith(name) && other.includes(`${title} from `))).toHaveLength(1);
  }
  for (const row of result.rows) {
    expect(names.filter((name) => name.startsWith(`Reliability of ${row.title}`))).toHaveLength(1);
    expect(names.filter((name) => name.includes('mixtures of them') && name.includes(row.title))).toHaveLength(1);
    const [{ evaluation }] = row.runs as [(typeof row.runs)[0]];
    for (const { index } of evaluation!.localization!.examples) {
      expect(names.filter((name) => name.startsWith(`Test image ${index}: where ${row.title} sees`))).toHaveLength(1);
    }
  }
  expect(names.filter((name) => name.startsWith(`Images of a training batch of ${title}`))).toHaveLength(1);
});

it('is written without pictures of images that are gone, and says why; of no row there is none', async () => {
  const gone = structuredClone(result);
  for (const { runs } of gone.rows) for (const run of runs) run.run = '/nowhere';
  const page = documentOf(readFileSync(await writeReport(gone, { folder: temporaryFolder() }), 'utf8'));
  expect(tablesOf(page)[0]).toEqual(tablesOf(document)[0]);
  expect(page.querySelector('img')).toBeNull();
  expect(textsOf(page, 'li').join()).toContain('/nowhere');
  await expect(writeReport({ ...result, rows: [] }, { folder })).rejects.toThrow('expected at least one row');
});
