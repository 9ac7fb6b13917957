import { expect, it } from 'vitest';
import { documentOf, namesOf, textsOf } from '../../tests/support/markup.ts';
import { bandOf, type LineChart, lineChartFigure, lineChartSvg, wholeTicks, withoutFirstPeak } from './line-chart.ts';

const series = (title: string, ...values: number[]) => ({
  title,
  points: bandOf([values.map((value, i) => ({ at: i + 1, value }))]),
});
const chart = (...lines: LineChart['series']): LineChart => ({
  title: 'Loss',
  x: { label: 'Epoch', domain: [1, 3] },
  y: { label: 'Loss', domain: [0, 10] },
  series: lines,
});
/** Where a path goes, in pixels. */
const places = (path: { getAttribute(name: string): string | null }) =>
  [...path.getAttribute('d')!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

it('a band is the mean over the seeds of each place, between the lowest and the highest; what is not finite has none', () => {
  const seeds = [
    [
      { at: 2, value: 0.5 },
      { at: 1, value: 0.9 },
    ],
    [
      { at: 1, value: 0.7 },
      { at: 2, value: Infinity },
      { at: 3, value: Number.NaN },
    ],
  ];
  expect(bandOf(seeds)).toEqual([
    { at: 1, mean: 0.8, low: 0.7, high: 0.9 },
    { at: 2, mean: 0.5, low: 0.5, high: 0.5 },
  ]);
});

it('draws each value at its place, and what is beyond a domain at the edge', () => {
  const document = documentOf(lineChartSvg(chart(series('A', 0, 5, 20))));
  const line = document.querySelector('g[data-mark="line"] path');
  // 400 x 260 pixels, with 50, 20, 20 and 38 around the axes: left, right, above, below.
  expect(places(line!)).toEqual([
    [50, 222],
    [215, 121],
    [380, 20],
  ]);
});

it('fills the band from the lowest to the highest', () => {
  const points = [
    { at: 1, mean: 2, low: 0, high: 10 },
    { at: 3, mean: 2, low: 0, high: 5 },
  ];
  const document = documentOf(lineChartSvg(chart({ title: 'A', points })));
  const band = document.querySelector('g[data-mark="area"] path')!;
  expect(places(band)).toEqual([
    [50, 20],
    [380, 121],
    [380, 222],
    [50, 222],
  ]);
});

it('has the axes named, the first line in the color of the text, and each other line in its own', () => {
  const document = documentOf(lineChartSvg(chart(series('A', 1, 2), series('B', 2, 1))));
  const labels = ['x', 'y'].map((axis) => document.querySelector(`g[data-mark="${axis}-axis label"]`)!.textContent);
  expect(labels.map((label) => label.replace(/[^a-z]/gi, ''))).toEqual(['Epoch', 'Loss']);
  const strokes = [...document.querySelectorAll('g[data-mark="line"]')].map((line) => line.getAttribute('stroke'));
  expect(strokes).toEqual(['currentColor', 'var(--blue, #0072b2)']);
});

it('says in words where each line goes, with what must be escaped', () => {
  const document = documentOf(lineChartSvg(chart(series('<A> & "b"', 9, 3, 4.5678), series('C', Infinity))));
  expect(namesOf(document)).toEqual(['Loss: <A> & "b" from 9 to 4.57, within 3 and 9; C has no finite value']);
});

it('draws a single point, which has no line', () => {
  const document = documentOf(lineChartSvg(chart(series('A', 5))));
  const dot = document.querySelector('circle')!;
  expect(['cx', 'cy'].map((name) => Number(dot.getAttribute(name)))).toEqual([50, 121]);
});

it('refuses more lines than can be told apart', () => {
  const lines = Array.from({ length: 7 }, (_, i) => series(`${i}`, 1));
  expect(() => lineChartSvg(chart(...lines))).toThrow('expected at most 6 series, got 7; draw several charts');
});

it('a figure has one key for all of its charts, and none for a single line', () => {
  const two = chart(series('A', 1), series('<B>', 2));
  const document = documentOf(lineChartFigure([two, { ...two, title: 'Error' }]).markup);
  expect(textsOf(document, 'figcaption .key')).toEqual(['A', '<B>']);
  expect(namesOf(document).map((name) => name.split(':')[0])).toEqual(['Loss', 'Error']);
  expect(documentOf(lineChartFigure([chart(series('A', 1))]).markup).querySelector('figcaption')).toBeNull();
});

it('a first tenth that is more than twice as high as all that follows does not set the scale', () => {
  const after = Array.from({ length: 18 }, () => 2);
  const domain = (...values: number[]) => withoutFirstPeak([series('', ...values)]);
  expect(domain(5, 9, ...after)).toEqual([0, 2.2]);
  expect(domain(4, 4, ...after)).toBeUndefined();
  expect(domain(4, 4, 9, ...after.slice(1))).toBeUndefined();
  expect(domain(9)).toBeUndefined();
  expect(domain(9, ...after.map(() => 0))).toBeUndefined();
  // A row of fewer epochs has a first tenth of its own.
  expect(withoutFirstPeak([series('', 2, ...after, ...after), series('', 9, 7, 6)])).toBeUndefined();
  expect(withoutFirstPeak([])).toBeUndefined();
});

it('ticks are whole numbers, about eight', () => {
  expect(wholeTicks(3)).toEqual([1, 2, 3]);
  expect(wholeTicks(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(wholeTicks(20)).toEqual([5, 10, 15, 20]);
  expect(wholeTicks(300)).toEqual([50, 100, 150, 200, 250, 300]);
  expect(wholeTicks(1600)).toEqual([200, 400, 600, 800, 1000, 1200, 1400, 1600]);
});

it('draws values that are all the same in the middle, on axes with plain numbers', () => {
  const point = { at: 1, mean: 50, low: 50, high: 50 };
  const axes = { x: { label: 'Epoch', ticks: wholeTicks(1) }, y: { label: 'Error' } };
  const document = documentOf(lineChartSvg({ title: 'Error', ...axes, series: [{ title: 'A', points: [point] }] }));
  const dot = document.querySelector('g[data-mark="dot"] circle')!;
  expect([dot.getAttribute('cx'), dot.getAttribute('cy')].map(Number)).toEqual([215, 121]);
  const labels = (axis: string) => [...document.querySelectorAll(`g[data-mark="${axis}-axis tick label"] text`)];
  expect(labels('x').map(({ textContent }) => textContent)).toEqual(['1']);
  expect(labels('y').map(({ textContent }) => textContent)).toContain('50');
});
