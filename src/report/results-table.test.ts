import { expect, it } from 'vitest';
import { rowResult, runResult } from '../../tests/support/evaluations.ts';
import type { RowResult } from '../experiments/index.ts';
import { failureTexts, resultsTable } from './results-table.ts';
import type { Table } from './table.ts';

const cellOf = ({ headings, lines }: Table, title: string, heading: string) =>
  lines.find((line) => line.title === title)?.cells[headings.indexOf(heading)];
const baseline = rowResult('baseline', [runResult(0, [0.5, 0.25, 0.5]), runResult(1, [0.75, 0.5, 0.25])]);
const cutmix = rowResult('cutmix', [runResult(0, [0.5, 0.25]), runResult(1, [0.5, 0.125])], baseline);
const said = (rows: RowResult[]) => resultsTable({ rows }, 'page').notes.join(' ');

it('has mean and spread of the last and the best epoch in percent, and the difference to the baseline', () => {
  const table = resultsTable({ rows: [baseline, cutmix] }, 'page');
  // 50 and 25 %: mean 37.5, standard deviation 25 / sqrt(2).
  expect(cellOf(table, 'BASELINE', 'Top-1 last')).toBe('37.50 ± 17.68');
  expect(cellOf(table, 'BASELINE', 'Top-1 best')).toBe('25.00 ± 0.00');
  expect(cellOf(table, 'BASELINE', 'Top-5 best')).toBe('6.25 ± 0.00');
  expect(cellOf(table, 'BASELINE', 'Calibration')).toBe('12.50 ± 0.00');
  expect(cellOf(table, 'BASELINE', 'Against baseline, last')).toBe('');
  // -25 and -12.5 points: t = 3 at one degree of freedom.
  expect(cellOf(table, 'CUTMIX', 'Against baseline, last')).toBe('−18.75 (p 0.205)');
  expect(cellOf(table, 'CUTMIX', 'Against baseline, best')).toBe('−6.25 (p 0.500)');
});

it('has fewer columns on the terminal, with the same numbers', () => {
  const [page, terminal] = (['page', 'terminal'] as const).map((place) => resultsTable({ rows: [cutmix] }, place));
  expect(terminal!.headings.length).toBeLessThan(page!.headings.length);
  for (const heading of terminal!.headings) {
    expect(cellOf(terminal!, 'CUTMIX', heading)).toBe(cellOf(page!, 'CUTMIX', heading));
  }
});

it('says that the best was chosen on the test images only where it was', () => {
  const test = { kind: 'test' as const, step: 20, epoch: 2, scores: { top1Error: 0.375, top5Error: 0.0625 } };
  const validated = rowResult('validated', [runResult(0, [0.5, 0.25], { chosenOn: 'validation', test })]);
  expect(said([baseline])).toContain('chosen on the test images');
  expect(said([baseline])).not.toContain('validation');
  expect(said([validated])).toContain('chosen on the validation images');
  expect(said([validated])).not.toContain('chosen on the test images');
  const table = resultsTable({ rows: [validated] }, 'terminal');
  expect(cellOf(table, 'VALIDATED', 'Validation top-1 best')).toBe('25.00');
  expect(cellOf(table, 'VALIDATED', 'Test top-1')).toBe('37.50');
  expect(cellOf(table, 'VALIDATED', 'Test top-5')).toBe('6.25');
  expect(resultsTable({ rows: [baseline] }, 'page').headings).not.toContain('Test top-1');
  const both = resultsTable({ rows: [baseline, validated] }, 'terminal');
  expect(['BASELINE', 'VALIDATED'].map((title) => cellOf(both, title, 'Chosen on'))).toEqual(['test', 'validation']);
});

it('counts the pictures that were left out once, and names what else differs between rows', () => {
  const bad = rowResult('bad', [runResult(0, [0.5], { badImages: 3 }), runResult(1, [0.5], { badImages: 3 })]);
  expect(said([bad])).toContain('without 3 test pictures');
  const other = { ...rowResult('other', [runResult(4, [0.5])]), model: 'resnet20' };
  const table = resultsTable({ rows: [bad, other] }, 'page');
  expect([cellOf(table, 'BAD', 'Seeds'), cellOf(table, 'OTHER', 'Seeds')]).toEqual(['0, 1', '4']);
  expect(cellOf(table, 'OTHER', 'Network')).toBe('resnet20');
  expect(resultsTable({ rows: [bad] }, 'page').headings).not.toContain('Network');
});

it('failures of a row are one sentence where they are alike', () => {
  const failed = (row: string, seed: number, message: string) => ({ row, seed, run: '', message });
  const failures = [failed('a', 0, 'no'), failed('b', 0, 'no'), failed('a', 1, 'no'), failed('a', 2, 'other')];
  expect(failureTexts(failures)).toEqual(['a, seeds 0, 1: no', 'b, seed 0: no', 'a, seed 2: other']);
});
