import { describe, expect, it } from 'vitest';
import { evaluation, localization, ood, robustness } from '../../tests/support/evaluations.ts';
import type { Evaluation } from '../evaluate/index.ts';
import { localizationTables } from './localization-tables.ts';
import { mainNumbers } from './main-numbers.ts';
import type { MeasuredRow } from './measured-rows.ts';
import { oodTables } from './ood-tables.ts';
import { attackTable, epsilonText, sweepTables } from './robustness-tables.ts';
import { type Table, tableHtml } from './table.ts';

const row = (title: string, ...found: Partial<Evaluation>[]): MeasuredRow => ({
  ...{ row: title.toLowerCase(), title },
  evaluations: found.map(evaluation),
});
const line = ({ lines }: Table, title: string) => lines.find((one) => one.title === title)?.cells;

describe('the tables of localization', () => {
  const tables = localizationTables([
    row('CutMix', { localization: localization() }, { localization: localization(0.25) }),
    row('Unmeasured'),
  ]);
  const [fixed, swept] = tables;

  it('are one for each protocol, named, with mean and spread over the seeds', () => {
    expect(tables.map(({ title }) => title)).toEqual([
      "Localization at one fixed threshold, 0.15 of the maximum: the CutMix paper's protocol",
      'Localization at the best of all thresholds: the protocol of Choe et al. 2020',
    ]);
    // 25 and 50 %: mean 37.5, standard deviation 25 / sqrt(2).
    expect(line(fixed!, 'CutMix')).toEqual(['37.50 ± 17.68', '62.50 ± 17.68', '75.00 ± 0.00']);
    expect(line(swept!, 'CutMix')!.slice(0, 4)).toEqual(['75.00 ± 17.68', '0.30', '62.50 ± 17.68', '87.50 ± 17.68']);
    expect(swept!.headings.slice(3)).toEqual(['IoU 0.3', 'IoU 0.5', 'IoU 0.7']);
  });

  it('have the box in the middle below, a cell in each column, and what has to be known', () => {
    expect(line(fixed!, 'Box in the middle')).toEqual(['', '37.50', '']);
    expect(line(swept!, 'Box in the middle')).toEqual(['', '', '43.75', '', '', '']);
    expect(fixed!.notes[0]).toMatch(/^8 images with a true box, 2 without one left out; class activation maps\./);
    expect(swept!.notes.join()).toContain('vanished under this protocol in the measurements of Choe et al.');
    expect(fixed!.lines).toHaveLength(2);
  });

  it('have the mean box in the middle where each network was measured on other images', () => {
    const other = { ...localization(), centerBox: { gtKnownLocalization: 0.125, maxBoxAccuracyV2: 0.1875 } };
    const both = localizationTables([row('A', { localization: localization() }), row('B', { localization: other })]);
    expect(line(both[0]!, 'Box in the middle')![1]).toBe('25.00');
    expect(line(both[1]!, 'Box in the middle')![2]).toBe('31.25');
  });

  it("have the paper's number beside ours where it printed one", () => {
    const found = { ...row('CutMix', { localization: localization() }), published: { top1Localization: 0.5481 } };
    const [table] = localizationTables([found, row('Other', { localization: localization() })]);
    expect(table!.headings.at(-1)).toBe('Paper: top-1 localization');
    expect(['CutMix', 'Other', 'Box in the middle'].map((title) => line(table!, title)!.at(-1))).toEqual([
      '54.81',
      '',
      '',
    ]);
    expect(table!.notes).toContain('Paper: Table 9.');
    const numbers = mainNumbers([found])!;
    expect(numbers.headings.slice(0, 2)).toEqual(['Localization, fixed', 'Paper: localization']);
    expect(line(numbers, 'CutMix')![1]).toBe('54.81');
  });

  it('say between which thresholds the best ones lie', () => {
    const later = localization();
    later.swept.maxBoxAccuracy.threshold = 0.45;
    const [, both] = localizationTables([row('A', { localization: localization() }, { localization: later })]);
    expect(line(both!, 'A')![1]).toBe('0.30–0.45');
  });
});

describe('the tables of robustness', () => {
  const published = { top1Error: 0.214, fgsmTop1Accuracy: 0.31 };
  const rows = [
    { ...row('Baseline', { robustness: robustness() }), published: { top1Error: 0.2368 } },
    { ...row('CutMix', { robustness: robustness() }, { robustness: robustness(0.125) }), published },
  ];

  it('have every attack with its strength, and the error that the paper prints as an accuracy', () => {
    const table = attackTable(rows)!;
    expect(table.headings).toEqual(['No attack', 'FGSM 8/255', 'PGD-10 0.1', 'Paper: FGSM 8/255']);
    expect(line(table, 'Baseline')).toEqual(['25.00', '50.00', '75.00', '']);
    expect(line(table, 'CutMix')).toEqual(['31.25 ± 8.84', '56.25 ± 8.84', '81.25 ± 8.84', '69.00']);
    expect(attackTable([row('A', { robustness: robustness() })])!.headings).toHaveLength(3);
  });

  it('have the points of each curve under how much was changed, means over the seeds', () => {
    const [occlusion, inBetween] = sweepTables(rows);
    expect(occlusion!.headings).toEqual(['0', '50', '100']);
    expect(line(occlusion!, 'CutMix: Boundary occluded')).toEqual(['81.3', '56.3', '31.3']);
    expect(line(inBetween!, 'Baseline: MixUp of two images')).toEqual(['12.5', '37.5', '12.5']);
    expect(sweepTables(rows.slice(0, 1))[0]!.lines.map(({ title }) => title)).toEqual([
      'Center occluded',
      'Boundary occluded',
    ]);
  });

  it('write an epsilon in gray levels where it is a whole number of them', () => {
    expect([8 / 255, 1 / 255, 0, 0.03, 1].map(epsilonText)).toEqual(['8/255', '1/255', '0/255', '0.03', '255/255']);
  });
});

describe('the tables of unknown images', () => {
  const first = ood({ Noise: 0.5, Textures: 1 });

  it('have three columns for one network, and a table for each score', () => {
    const [softmax, energy] = oodTables([row('A', { ood: first })]);
    expect(softmax!.headings).toEqual(['TNR at 95 % TPR', 'AUROC', 'Detection accuracy']);
    expect(line(softmax!, 'Textures')).toEqual(['50.00', '100.00', '25.00']);
    expect(line(softmax!, 'Mean')).toEqual(['37.50', '75.00', '18.75']);
    expect(line(energy!, 'Noise')).toEqual(['25.00', '50.00', '12.50']);
  });

  it('have a column for each of several methods, the paper below, and each warning once', () => {
    const published = { top1Error: 0.1, ood: { tnrAtTpr95: 0.69, auroc: 0.944, detectionAccuracy: 0.891 } };
    const warned = ood({ Noise: 0.75 }, ['Noise: expected images that the network does not know.']);
    const [softmax, energy] = oodTables([
      row('Baseline', { ood: first }),
      { ...row('CutMix', { ood: warned }, { ood: warned }), published },
    ]);
    expect(softmax!.headings).toEqual(['Baseline', 'CutMix']);
    expect(line(softmax!, 'Noise')).toEqual(['25.0 / 50.0 / 12.5', '37.5 / 75.0 / 18.8']);
    expect(line(softmax!, 'Textures')).toEqual(['50.0 / 100.0 / 25.0', '']);
    expect(line(softmax!, 'Paper: mean of its 7 sets (Table 12)')).toEqual(['', '69.0 / 94.4 / 89.1']);
    expect(energy!.lines.map(({ title }) => title)).toEqual(['Noise', 'Textures', 'Mean']);
    expect(
      softmax!.notes.filter((note) => note.startsWith('Warning') && note.endsWith(warned.warnings[0]!)),
    ).toHaveLength(1);
  });
});

it('the main numbers have a column for what was measured, and none where only accuracy was', () => {
  const rows = [row('A', { ood: ood({ Noise: 0.5 }), robustness: robustness() }), row('B', { ood: ood({ Noise: 1 }) })];
  const table = mainNumbers(rows)!;
  expect(table.headings).toEqual(['Error, FGSM 8/255', 'Error, PGD-10 0.1', 'OOD AUROC, Noise']);
  expect(line(table, 'A')).toEqual(['50.00', '75.00', '50.00']);
  expect(line(table, 'B')).toEqual(['', '', '100.00']);
  expect(table.notes.join()).not.toContain('MaxBoxAcc');
  expect(mainNumbers([row('A', {}), row('B')])).toBeUndefined();
  const several = (...names: string[]) => ood(Object.fromEntries(names.map((name) => [name, 0.5])));
  const headingOf = (...names: string[]) => mainNumbers([row('A', { ood: several(...names) })])!.headings[0];
  expect(headingOf('Uniform', 'Gaussian')).toBe('OOD AUROC, Uniform and Gaussian');
  expect(headingOf('A', 'B', 'C')).toBe('OOD AUROC, 3 sets');
});

it('what was not measured has no table, and a table on a page is escaped', () => {
  const rows = [row('A', {})];
  expect([localizationTables(rows), attackTable(rows), sweepTables(rows), oodTables(rows)]).toEqual([
    [],
    undefined,
    [],
    [],
  ]);
  const { markup } = tableHtml({ subject: '<i>', headings: ['&'], lines: [{ title: '<b>', cells: ['>'] }], notes: [] });
  expect(markup).not.toMatch(/<i>|<b>|class="note"/);
});
