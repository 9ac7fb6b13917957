import { expect, it } from 'vitest';
import { evaluation, ood } from '../../tests/support/evaluations.ts';
import { documentOf, tablesOf, textsOf } from '../../tests/support/markup.ts';
import type { Evaluation } from '../evaluate/index.ts';
import type { MeasuredRow } from './measured-rows.ts';
import { suiteSections, suiteTables } from './suite-sections.ts';

const row = (title: string, ...found: Partial<Evaluation>[]): MeasuredRow => ({
  ...{ row: title, title },
  evaluations: found.map(evaluation),
});
const rows = [
  row('A', { 'edge-cases': { share: 0.25, images: 1200 } }, { 'edge-cases': { share: 0.5, images: 1200 } }),
  row('<B>', { 'edge-cases': { share: 1 / 3, extra: 2e-9, list: [1] }, ood: ood({ Noise: 1 }) }),
  row('C', {}),
];

it('a suite of which nothing is known has a section with its numbers: mean and spread over the seeds', () => {
  const sections = suiteSections(rows);
  expect(sections.map(({ heading }) => heading)).toEqual(['Out of distribution', 'edge-cases']);
  const [table] = tablesOf(documentOf(sections[1]!.content.markup));
  expect(table).toEqual({
    share: { A: '0.3750 ± 0.1768', '<B>': '0.3333' },
    images: { A: '1,200 ± 0', '<B>': '' },
    extra: { A: '', '<B>': '2.000e-9' },
  });
});

it('of one network has one column, and is there without any number too', () => {
  const alone = suiteTables([row('A', { mine: { share: 0.5 }, words: { text: 'none' } })]);
  expect(alone.map(({ title, headings, lines }) => [title, headings, lines])).toEqual([
    ['mine', ['Value'], [{ title: 'share', cells: ['0.5000'] }]],
    ['words', ['Value'], []],
  ]);
  const [, words] = suiteSections([row('A', { mine: { share: 0.5 }, words: { text: 'none' } })]);
  expect(textsOf(documentOf(words!.content.markup), '.note')[0]).toContain('no number');
});
