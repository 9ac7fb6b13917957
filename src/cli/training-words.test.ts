import { expect, it } from 'vitest';
import type { TrainResult } from '../config/index.ts';
import { describeResult, formatDuration, scoreName } from './training-words.ts';

const result: TrainResult = {
  run: 'runs/a',
  outcome: 'finished',
  last: { epoch: 10, scores: { valLoss: 1.5, top1Error: 0.25, top5Error: 0.0612 } },
  best: { epoch: 8, scores: { valLoss: 1.25, top1Error: 0.2412, top5Error: 0.06 } },
  test: null,
  chosenOn: 'test',
  badImages: [],
  warnedImages: [],
};

it('a result says which epoch is which and on what the best one was chosen, and how to choose on something else', () => {
  const [last, best, end] = describeResult(result).split('\n');
  expect(last).toBe('last epoch (10): validation loss 1.500, top-1 error 25.00 %, top-5 error 6.12 %');
  expect(best).toMatch(/^best epoch \(8, chosen on the test images.*validationShare=0\.1.*\): .*top-1 error 24\.12 %/);
  expect(end).toBe('run folder: runs/a');
});

it('a result with a test part says what the best epoch gave there', () => {
  const test = { epoch: 8, scores: { valLoss: 1.3, top1Error: 0.3 } };
  const lines = describeResult({ ...result, chosenOn: 'validation', test }).split('\n');
  expect(lines[1]).toMatch(/^best epoch \(8, chosen on the validation part\): /);
  expect(lines[2]).toBe("test part, by the best epoch's weights: loss 1.300, top-1 error 30.00 %");
});

it('a result names the first pictures that were left out, and how to go on after a stop', () => {
  const bad = Array.from({ length: 7 }, (_, n) => ({ index: n, path: `${n}.jpg`, reason: 'cut off' }));
  const lines = describeResult({ ...result, outcome: 'stopped', last: null, best: null, badImages: bad }).split('\n');
  expect(lines[0]).toContain('7 pictures were left out');
  expect(lines.slice(1, 7)).toEqual([...bad.slice(0, 5).map(({ path }) => `  ${path}: cut off`), '  ...']);
  expect(lines.at(-1)).toContain('npx patchwork resume runs/a');
});

it('a result names the pictures that were read with a warning', () => {
  const warnedImages = [{ index: 3, path: '3.jpg', reason: 'extraneous bytes' }];
  expect(
    describeResult({ ...result, warnedImages })
      .split('\n')
      .slice(0, 2),
  ).toEqual([
    '1 picture was read with a warning, see warned-images.json in the run folder:',
    '  3.jpg: extraneous bytes',
  ]);
});

it.each([
  ['top1Error', 'top-1 error'],
  ['valLoss', 'validation loss'],
  ['top1', 'top-1'],
  ['mAP', 'mAP'],
  ['meanIoU', 'mean IoU'],
  ['boxLoss', 'box loss'],
])('the score %s reads as %s', (name, words) => {
  expect(scoreName(name)).toBe(words);
});

it.each([
  [0, '0 s'],
  [44.2, '45 s'],
  [59.5, '1:00'],
  [272, '4:32'],
  [3600, '1:00:00'],
  [36_065, '10:01:05'],
  [Number.NaN, '?'],
  [Number.POSITIVE_INFINITY, '?'],
])('%s seconds read as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
