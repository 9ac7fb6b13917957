import { expect, it } from 'vitest';
import { accuracyResult } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, tablesOf, textsOf } from '../../tests/support/markup.ts';
import { paintedSet } from '../../tests/support/painted-set.ts';
import type { AccuracyResult } from '../evaluate/index.ts';
import { duplicatesText, suspectedTexts } from './mistake-texts.ts';
import { mistakesSections } from './mistakes-sections.ts';
import { testPictures } from './pictures.ts';

const classes = ['red', 'gr<een>'];
const suspect = { index: 1, name: 'b/1.jpg', label: 1, likely: 0, margin: 0.875 };
const accuracy: AccuracyResult = {
  ...accuracyResult([
    [8, 1],
    [4, 2],
  ]),
  confusions: [
    { label: 1, predicted: 0, count: 2 },
    { label: 0, predicted: 1, count: 1 },
  ],
  confidentMistakes: [{ index: 0, name: 'a/0.jpg', label: 0, predicted: 1, confidence: 0.9375 }],
  suspectedLabels: { count: 1, clearest: [suspect] },
};
const painted = { label: 0, boxes: [], groundTruth: [] };
const pictures = testPictures(paintedSet([painted, painted]));

async function sectionOf(heading: string, of = accuracy, names: readonly string[] = classes) {
  const sections = await mistakesSections('run', of, names, pictures);
  return documentOf(sections.find((section) => section.heading === heading)!.content.markup);
}

it('has the classes with their errors, the worst first', async () => {
  const [table] = tablesOf(await sectionOf('Error by class'));
  expect(Object.keys(table!)).toEqual(['gr<een>', 'red']);
  expect(table!['gr<een>']).toEqual({
    Images: '4',
    Wrong: '2',
    'Error (%)': '50.00',
    '95 % interval': '6.76 to 93.24',
  });
});

it('of many classes has twenty, and the rest to be opened', async () => {
  const many = accuracyResult(Array.from({ length: 25 }, (_, c) => [50, c] as const));
  const names = many.classErrors.map((_, c) => `class ${c}`);
  const document = await sectionOf('Error by class', many, names);
  expect(tablesOf(document).map((table) => Object.keys(table).length)).toEqual([20, 5]);
  expect(Object.keys(tablesOf(document)[0]!)[0]).toBe('class 24');
  expect(textsOf(document, 'summary')).toEqual(['5 more, with fewer mistakes']);
});

it('has the pairs with their counts, and the matrix', async () => {
  const [pairs, matrix] = tablesOf(await sectionOf('Confusions'));
  expect(pairs).toEqual({
    'gr<een>': { 'taken for': 'red', Images: '2', '% of the class': '50.0' },
    red: { 'taken for': 'gr<een>', Images: '1', '% of the class': '12.5' },
  });
  expect(matrix).toEqual({ red: { red: '88', 'gr<een>': '13' }, 'gr<een>': { red: '50', 'gr<een>': '50' } });
});

it('has the pictures of mistakes and of suspected labels, with their paths', async () => {
  const mistakes = await sectionOf('The most confident mistakes');
  expect(namesOf(mistakes)).toEqual(['Test image a/0.jpg, of red']);
  expect(textsOf(mistakes, 'figcaption')[0]).toMatch(/^red, taken for gr<een>, 93\.8\s%.*a\/0\.jpg$/);
  const suspected = await sectionOf('Suspected labels');
  expect(textsOf(suspected, 'figcaption')[0]).toMatch(/^gr<een>, more like red, by 88 points.*b\/1\.jpg$/);
});

it('says what a test part can judge, and shows no suspicions of a network that is mostly wrong', async () => {
  expect(suspectedTexts(accuracy).join(' ')).toMatch(/: 1 label of 12\..*judges only its own labels/);
  expect(suspectedTexts(accuracyResult([[1, 0]])).join()).toMatch(/^No label/);
  const wrong = { ...accuracy, top1Error: 0.75 };
  expect(suspectedTexts(wrong).join()).toContain('wrong on 75.00 % of the images');
  expect(textsOf(await sectionOf('Suspected labels', wrong), 'figure')).toEqual([]);
});

it('says what images in both parts do to the error', async () => {
  expect(duplicatesText(undefined)).toContain('not looked for');
  const none = { count: 0, otherClass: 0, top1ErrorWithout: 0.25, examples: [] };
  expect(duplicatesText(none)).toMatch(/^No test image/);
  const example = { index: 0, test: 't<.jpg', train: 'u.jpg', isOtherClass: true };
  const duplicates = { ...none, count: 3, otherClass: 1, examples: [example] };
  expect(duplicatesText(duplicates)).toMatch(/^3 test images are .* error is 25\.00 %; 1 of them with another class/);
  expect(duplicatesText({ ...none, count: 1, top1ErrorWithout: null })).toMatch(
    /^1 test image is .*there is no other\.$/,
  );
  const document = await sectionOf('Images in both parts', { ...accuracy, duplicates });
  expect(textsOf(document, 'li')).toEqual(['t<.jpg is u.jpg, of another class', 'and 2 more']);
});
