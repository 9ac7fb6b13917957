import { expect, it } from 'vitest';
import { rowResult, runResult } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, tablesOf, textsOf } from '../../tests/support/markup.ts';
import { paintedSet } from '../../tests/support/painted-set.ts';
import type { Comparison, ExperimentResult } from '../experiments/index.ts';
import { comparisonSections } from './comparison-sections.ts';
import { testPictures } from './pictures.ts';

const bin = { low: 0.5, high: 1, count: 4, confidence: 0.875, accuracy: 0.5 };
const comparison: Comparison = {
  rows: ['base', 'cutmix'],
  classes: ['red', 'gr<een>'],
  reliability: [[bin], [{ ...bin, confidence: 0.25 }]],
  confusions: [
    { label: 0, predicted: 0, shares: [0.75, 1] },
    { label: 0, predicted: 1, shares: [0.25, 0] },
    { label: 1, predicted: 0, shares: [0.125, 0.5] },
    { label: 1, predicted: 1, shares: [0.875, 0.5] },
  ],
  disagreements: {
    ...{ seed: 3, bothRight: 1234, bothWrong: 5 },
    onlyRight: [
      { count: 1, clearest: [{ index: 1, label: 1, predicted: [1, 0], confidence: [0.9, 0.6] }] },
      { count: 0, clearest: [] },
    ],
  },
};
const rows = ['base', 'mixup', 'cutmix'].map((name) => rowResult(name, [runResult(0, [0.5])]));
const result = { rows, comparison } as ExperimentResult;
const painted = { label: 0, boxes: [], groundTruth: [] };
const pictures = testPictures(paintedSet([painted, painted]));
const sections = await comparisonSections(result, pictures);
const sectionOf = (heading: string) =>
  documentOf(sections.find((section) => section.heading.startsWith(heading))!.content.markup);

it('says how far confidence is from accuracy, and which of the rows are shown', () => {
  const document = sectionOf('Reliability');
  expect(namesOf(document)).toEqual([
    expect.stringMatching(/BASE: .* 37\.5 points above/),
    expect.stringMatching(/CUTMIX: .* 25\.0 points below/),
  ]);
  expect(textsOf(document, '.note')[0]).toContain('BASE, CUTMIX');
});

it('has the whole matrix of each row in percent, and nothing where nothing was taken for another', () => {
  const document = sectionOf('Confusions');
  expect(textsOf(document, 'caption')).toEqual(['BASE', 'CUTMIX']);
  expect(tablesOf(document)).toEqual([
    { red: { red: '75', 'gr<een>': '25' }, 'gr<een>': { red: '13', 'gr<een>': '88' } },
    { red: { red: '100', 'gr<een>': '' }, 'gr<een>': { red: '50', 'gr<een>': '50' } },
  ]);
});

it('has the pairs where they are not all there', async () => {
  const few = { ...comparison, confusions: comparison.confusions.slice(1, 3) };
  const [, section] = await comparisonSections({ ...result, comparison: few }, pictures);
  const [table] = tablesOf(documentOf(section!.content.markup));
  expect(table).toEqual({
    red: { 'taken for': 'gr<een>', BASE: '25.0', CUTMIX: '0.0' },
    'gr<een>': { 'taken for': 'red', BASE: '12.5', CUTMIX: '50.0' },
  });
});

it('counts the images that both, one and none get right, and shows the clearest', () => {
  const document = sectionOf('BASE and CUTMIX');
  const numbers = textsOf(document, 'p')[0]!.match(/\d[\d,]*/g)!;
  // Seed, both right, both wrong, the second alone, the first alone.
  expect(numbers).toEqual(['3', '1,234', '5', '0', '1']);
  expect(namesOf(document)).toEqual(['Test image 1: gr<een>']);
  expect(textsOf(document, 'figcaption')[0]).toMatch(/^gr<een>.*BASE: gr<een> 90\s%.*CUTMIX: red 60\s%$/);
});

it('is nothing without a comparison, and has no pictures where they cannot be had', async () => {
  expect(await comparisonSections({ rows } as ExperimentResult, pictures)).toEqual([]);
  const [, , section] = await comparisonSections(result, undefined);
  expect(namesOf(documentOf(section!.content.markup))).toEqual([]);
});
