import { expect, it } from 'vitest';
import { documentOf } from '../../tests/support/markup.ts';
import { boxedPicture, boxKeys } from './boxed-picture.ts';

const picture = boxedPicture({
  ...{ name: 'A "cat"', href: 'data:,', height: 8, width: 16 },
  groundTruth: [[2, 2, 6, 8]],
  boxes: [undefined, [1, 2, 5, 7]],
});
const document = documentOf(`${picture.markup}${boxKeys(['<A>', 'B']).markup}`);

it('draws each box at its place, on a rim, the ground truth and every compared thing in a color of its own', () => {
  const svg = document.querySelector('svg')!;
  expect([svg.getAttribute('viewBox'), svg.getAttribute('aria-label')]).toEqual(['0 0 16 8', 'A "cat"']);
  const boxes = [...svg.querySelectorAll('rect')].map((box) =>
    ['x', 'y', 'width', 'height', 'stroke'].map((name) => box.getAttribute(name)!),
  );
  const rims = boxes.filter(([, , , , stroke]) => stroke!.includes('--page'));
  const lines = boxes.filter(([, , , , stroke]) => !stroke!.includes('--page'));
  const expected = [
    ['2', '2', '4', '6'],
    ['1', '2', '4', '5'],
  ];
  expect(rims.map((box) => box.slice(0, 4))).toEqual(expected);
  expect(lines.map((box) => box.slice(0, 4))).toEqual(expected);
  expect(lines.map(([, , , , stroke]) => /#\w+/.exec(stroke!)![0])).toEqual(['#009e73', '#0072b2']);
});

it('says that no more things can be told apart than there are colors', () => {
  const many = Array.from({ length: 7 }, (_, i) => `${i}`);
  expect(() => boxKeys(many)).toThrow('chart: expected at most 6 things to compare, got 7; draw several charts');
});

it('has a key in the same colors', () => {
  const keys = [...document.querySelectorAll('.key')];
  expect(keys.map(({ textContent }) => textContent.trim())).toEqual(['ground truth', '<A>', 'B']);
  const colors = keys.map((key) => key.querySelector('rect')!.getAttribute('stroke'));
  expect(colors).toEqual([expect.stringContaining('#009e73'), 'currentColor', expect.stringContaining('#0072b2')]);
});
