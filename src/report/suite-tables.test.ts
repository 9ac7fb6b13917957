import { describe, expect, it } from 'vitest';
import { evaluation, localization, ood, robustness } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, tablesOf } from '../../tests/support/markup.ts';
import type { Evaluation } from '../evaluate/index.ts';
import { localizationTables } from './localization-tables.ts';
import { mainNumbers } from './main-numbers.ts';
import { type MeasuredRow, rowsOf } from './measured-rows.ts';
import { oodTables } from './ood-tables.ts';
import { attackTable, epsilonText, sweepTables } from './robustness-tables.ts';
import { suiteSections, suiteTables, sweepCharts, thresholdChart } from './suite-sections.ts';
import { type Table, tableHtml } from './table.ts';

const row = (title: string, ...found: Partial<Evaluation>[]): MeasuredRow => ({
  ...{ row: title.toLowerCase(), title },
  evaluations: found.map(evaluation),
});
/** The cells of a line by their headings. */
const line = ({ headings, lines }: Table, title: string) => {
  const { cells } = lines.find((one) => one.title === title)!;
  expect(cells).toHaveLength(headings.length);
  return Object.fromEntries(headings.map((heading, i) => [heading, cells[i]]));
};

describe('localization', () => {
  const rows = [
    row('CutMix', { localization: localization() }, { localization: localization(0.25) }),
    row('Unmeasured'),
  ];
  const [fixed, swept] = localizationTables(rows);

  it('has the mean and the spread over the seeds by each protocol, of the rows that were measured', () => {
    // 25 and 50 %: mean 37.5, standard deviation 25 / sqrt(2).
    expect(line(fixed!, 'CutMix')).toEqual({
      'Top-1 localization': '37.50 ± 17.68',
      'GT-known localization': '62.50 ± 17.68',
      'Top-1 accuracy': '75.00 ± 0.00',
    });
    expect(line(swept!, 'CutMix')).toEqual({
      ...{ MaxBoxAcc: '75.00 ± 17.68', 'at threshold': '0.30', MaxBoxAccV2: '62.50 ± 17.68' },
      ...{ 'IoU 0.3': '87.50 ± 17.68', 'IoU 0.5': '62.50 ± 17.68', 'IoU 0.7': '37.50 ± 17.68' },
    });
    expect(fixed!.title).toContain('0.15');
    expect(fixed!.lines.map(({ title }) => title)).not.toContain('Unmeasured');
  });

  it('has the box in the middle below, the mean where each network was measured on other images', () => {
    expect(line(fixed!, 'Box in the middle')).toMatchObject({ 'GT-known localization': '37.50', 'Top-1 accuracy': '' });
    expect(line(swept!, 'Box in the middle')).toMatchObject({ MaxBoxAccV2: '43.75', 'IoU 0.7': '' });
    const other = { ...localization(), centerBox: { gtKnownLocalization: 0.125, maxBoxAccuracyV2: 0.1875 } };
    const both = localizationTables([row('A', { localization: localization() }), row('B', { localization: other })]);
    expect(line(both[0]!, 'Box in the middle')['GT-known localization']).toBe('25.00');
    expect(line(both[1]!, 'Box in the middle').MaxBoxAccV2).toBe('31.25');
  });

  it("has the paper's number beside ours where it printed one", () => {
    const found = { ...row('CutMix', { localization: localization() }), published: { top1Localization: 0.5481 } };
    const [table] = localizationTables([found, row('Other', { localization: localization() })]);
    const printed = ['CutMix', 'Other', 'Box in the middle'].map(
      (title) => line(table!, title)['Paper: top-1 localization'],
    );
    expect(printed).toEqual(['54.81', '', '']);
    expect(line(mainNumbers([found])!, 'CutMix')['Paper: localization']).toBe('54.81');
  });

  it('says between which thresholds the best ones lie', () => {
    const later = localization();
    later.swept.maxBoxAccuracy.threshold = 0.45;
    const [, both] = localizationTables([row('A', { localization: localization() }, { localization: later })]);
    expect(line(both!, 'A')['at threshold']).toBe('0.30–0.45');
  });

  it('is drawn over the threshold, with the spread of the seeds', () => {
    const { series } = thresholdChart(rowsOf('localization', rows));
    expect(series).toEqual([
      {
        title: 'CutMix',
        points: [
          { at: 0, mean: 25, low: 12.5, high: 37.5 },
          { at: 0.5, mean: 62.5, low: 50, high: 75 },
        ],
      },
    ]);
  });
});

describe('robustness', () => {
  const published = { top1Error: 0.214, fgsmTop1Accuracy: 0.31 };
  const rows = [
    { ...row('Baseline', { robustness: robustness() }), published: { top1Error: 0.2368 } },
    { ...row('CutMix', { robustness: robustness() }, { robustness: robustness(0.125) }), published },
  ];

  it('has every attack with its strength, and the error that the paper prints as an accuracy', () => {
    const table = attackTable(rows)!;
    expect(line(table, 'Baseline')).toEqual({
      ...{ 'No attack': '25.00', 'FGSM 8/255': '50.00', 'PGD-10 0.1': '75.00', 'Paper: FGSM 8/255': '' },
    });
    expect(line(table, 'CutMix')).toMatchObject({ 'PGD-10 0.1': '81.25 ± 8.84', 'Paper: FGSM 8/255': '69.00' });
    expect(attackTable(rows.slice(0, 1))!.headings).not.toContain('Paper: FGSM 8/255');
  });

  it('has the points of each curve under how much was changed, means over the seeds', () => {
    const [occlusion, inBetween] = sweepTables(rows);
    expect(line(occlusion!, 'CutMix: Boundary occluded')).toEqual({ 0: '81.3', 50: '56.3', 100: '31.3' });
    expect(line(inBetween!, 'Baseline: MixUp of two images')).toEqual({ 0: '12.5', 50: '37.5', 100: '12.5' });
    const alone = sweepTables(rows.slice(0, 1));
    expect(line(alone[0]!, 'Center occluded')).toEqual({ 0: '25.0', 50: '50.0', 100: '75.0' });
  });

  it('is drawn in percent of 0 to 100, a chart for each way of changing images', () => {
    const charts = sweepCharts(rowsOf('robustness', rows));
    expect(charts.map(({ y }) => y.domain)).toEqual(Array(4).fill([0, 100]));
    expect(charts[0]!.series[1]!.points[1]).toEqual({ at: 50, mean: 56.25, low: 50, high: 62.5 });
    const [section] = suiteSections(rows);
    const names = namesOf(documentOf(section!.content.markup));
    for (const title of ['Center occluded', 'Boundary occluded', 'MixUp of two images', 'CutMix of two images']) {
      expect(names.filter((name) => name.startsWith(title))).toHaveLength(1);
    }
  });

  it('writes an epsilon in gray levels where it is a whole number of them', () => {
    expect([8 / 255, 1 / 255, 0, 0.03, 1].map(epsilonText)).toEqual(['8/255', '1/255', '0/255', '0.03', '255/255']);
  });
});

describe('out-of-distribution images', () => {
  const first = ood({ Noise: 0.5, Textures: 1 });

  it('have three columns for one network, and a table for each score', () => {
    const [softmax, energy] = oodTables([row('A', { ood: first })]);
    expect(line(softmax!, 'Textures')).toEqual({
      ...{ 'TNR at 95 % TPR': '50.00', AUROC: '100.00', 'Detection accuracy': '25.00' },
    });
    expect(line(softmax!, 'Mean')).toMatchObject({ AUROC: '75.00', 'Detection accuracy': '18.75' });
    expect(line(energy!, 'Noise')).toMatchObject({ 'TNR at 95 % TPR': '25.00', AUROC: '50.00' });
  });

  it('have a column for each of several methods, the paper below, and each warning once', () => {
    const published = { top1Error: 0.1, ood: { tnrAtTpr95: 0.69, auroc: 0.944, detectionAccuracy: 0.891 } };
    const warned = ood({ Noise: 0.75 }, ['Noise holds images that the network knows.']);
    const [softmax, energy] = oodTables([
      row('Baseline', { ood: first }),
      { ...row('CutMix', { ood: warned }, { ood: warned }), published },
    ]);
    expect(line(softmax!, 'Noise')).toEqual({ Baseline: '25.0 / 50.0 / 12.5', CutMix: '37.5 / 75.0 / 18.8' });
    expect(line(softmax!, 'Textures')).toEqual({ Baseline: '50.0 / 100.0 / 25.0', CutMix: '' });
    const paper = softmax!.lines.find(({ title }) => title.startsWith('Paper'))!;
    expect(paper.cells).toEqual(['', '69.0 / 94.4 / 89.1']);
    expect(energy!.lines.map(({ title }) => title)).toEqual(['Noise', 'Textures', 'Mean']);
    expect(softmax!.notes.filter((note) => note.endsWith(warned.warnings[0]!))).toHaveLength(1);
  });
});

it('the main numbers have a column for what was measured, and none where only accuracy was', () => {
  const rows = [row('A', { ood: ood({ Noise: 0.5 }), robustness: robustness() }), row('B', { ood: ood({ Noise: 1 }) })];
  const table = mainNumbers(rows)!;
  expect(line(table, 'A')).toEqual({
    ...{ 'Error, FGSM 8/255': '50.00', 'Error, PGD-10 0.1': '75.00', 'OOD AUROC, Noise': '50.00' },
  });
  expect(line(table, 'B')).toMatchObject({ 'Error, FGSM 8/255': '', 'OOD AUROC, Noise': '100.00' });
  expect(mainNumbers([row('A', {}), row('B')])).toBeUndefined();
  const several = (...names: string[]) => ood(Object.fromEntries(names.map((name) => [name, 0.5])));
  const headingOf = (...names: string[]) => mainNumbers([row('A', { ood: several(...names) })])!.headings[0];
  expect(headingOf('Uniform', 'Gaussian')).toBe('OOD AUROC, Uniform and Gaussian');
  expect(headingOf('A', 'B', 'C')).toBe('OOD AUROC, 3 sets');
});

it('what was not measured has neither a table nor a section', () => {
  const rows = [row('A', {})];
  expect([suiteTables(rows), suiteSections(rows)]).toEqual([[], []]);
});

it('a table on a page has its titles and cells in their places, escaped', () => {
  const table = {
    subject: '<i>',
    headings: ['&', 'b'],
    lines: [{ title: '<b>', cells: ['>', '"2"'] }],
    notes: ['<hr>'],
  };
  const document = documentOf(tableHtml(table).markup);
  expect(tablesOf(document)).toEqual([{ '<b>': { '&': '>', b: '"2"' } }]);
  expect(document.querySelector('i, b, hr')).toBeNull();
  expect(document.querySelector('.note')!.textContent).toBe('<hr>');
});
