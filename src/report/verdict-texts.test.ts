import { expect, it } from 'vitest';
import { accuracyResult, rowResult, runResult } from '../../tests/support/evaluations.ts';
import type { RowResult, Verdict } from '../experiments/index.ts';
import { evaluationVerdict, experimentVerdict, verdictText } from './verdict-texts.ts';

const classes = ['cat', 'dog', 'cow'];
const said = (...ofClasses: [samples: number, errors: number][]) =>
  evaluationVerdict({ accuracy: accuracyResult(ofClasses), classes: classes.slice(0, ofClasses.length) })!;

it('says the error with its interval, and that it is better than guessing and than the most frequent class', () => {
  // 6 of 100 wrong: the exact interval is 2.23 to 12.60 %. Always cat: 30 % wrong.
  expect(said([70, 2], [20, 2], [10, 2])).toBe(
    "Top-1 error 6.00 % (95 % interval 2.23 to 12.60, 100 images; lower is better): better than guessing (66.67 %) and than always answering 'cat', the most frequent class (30.00 %).",
  );
  // Of classes alike in number, always answering one is guessing.
  expect(said([20, 2], [20, 2])).toMatch(/: better than guessing \(50\.00 %\)\.$/);
});

it('cannot tell of a tiny set: three of three right are a fair coin in one of four', () => {
  expect(said([2, 0], [1, 0])).toContain('(95 % interval 0.00 to 70.76, 3 images');
  expect(said([2, 0], [1, 0])).toContain('it cannot be told from guessing (50.00 %).');
});

it('is not taken in by a class that is most of the set', () => {
  // 8 wrong of 100, of which 90 are cats: four dogs more against four cats fewer.
  expect(said([90, 4], [10, 6])).toMatch(/better than guessing .*, but it cannot be told from always answering 'cat'/);
  expect(said([90, 20], [10, 5])).toMatch(/better than guessing .*, worse than always answering 'cat'/);
  expect(said([50, 40], [50, 40])).toContain('worse than guessing (50.00 %)');
});

it('says nothing where accuracy was not measured', () => {
  expect(evaluationVerdict({ classes })).toBeUndefined();
});

const baseline = rowResult('base', [runResult(0, [0.5]), runResult(1, [0.5])]);
function judged(name: string, more: Partial<Verdict>): RowResult {
  const seeds = { count: 2, meanDifference: -0.02, interval: [-0.03, -0.01] as [number, number], p: 0.01 };
  const images = { count: 1000, better: 30, worse: 10, p: 0.002 };
  const verdict: Verdict = { ...{ kind: 'better', seeds, images, methods: 1, p: 0.01 }, ...more };
  return { ...rowResult(name, [runResult(0, [0.4]), runResult(1, [0.4])], baseline), verdict };
}
const verdictOf = (...rows: RowResult[]) => experimentVerdict({ rows: [baseline, ...rows] });

it('says of one method better or worse, by how much, and how sure', () => {
  expect(verdictOf(judged('mix', {}))).toBe(
    'MIX is better than BASE: top-1 error 2.00 points lower (95 % interval −3.00 to −1.00, p 0.010, 2 seeds, 1,000 images; lower is better).',
  );
  const seeds = { count: 2, meanDifference: 0.02, interval: null, p: null };
  expect(verdictOf(judged('mix', { kind: 'worse', seeds: { ...seeds, p: 0.0001 }, p: 0.0001 }))).toMatch(
    /^MIX is worse than BASE: top-1 error 2\.00 points higher \(p < 0\.001/,
  );
  expect(verdictOf(judged('mix', { kind: 'cannot tell', seeds, p: 1 }))).toMatch(
    /^It cannot be told whether MIX is better or worse than BASE.*all seeds differ by the same, which allows no test\.$/,
  );
  const images = { count: 5, better: 5, worse: 0, p: 0.0625 };
  expect(verdictOf(judged('mix', { kind: 'cannot tell', images, p: 0.0625 }))).toContain(
    'it may be due to which images were measured',
  );
});

it('with one seed it speaks of networks, with the interval that their images allow', () => {
  const seeds = { count: 1, meanDifference: -0.2, interval: null, p: null };
  const images = { count: 50, better: 10, worse: 0, p: 2 / 1024 };
  // None of 10: the share is up to 1 - 0.025^(1/10) = 30.85 %, so that 2 x 0.3085 - 1 of 10 in 50 is -7.66 points.
  expect(verdictOf(judged('mix', { seeds, images, p: 2 / 1024 }))).toBe(
    'The network of MIX is better than that of BASE: top-1 error 20.00 points lower (95 % interval −20.00 to −7.66, p 0.002 over 50 images; lower is better); of the methods one seed cannot tell, another may come out otherwise.',
  );
  const same = { count: 50, better: 0, worse: 0, p: 1 };
  const equal = { ...seeds, meanDifference: 0 };
  expect(verdictOf(judged('mix', { kind: 'cannot tell', seeds: equal, images: same, p: 1 }))).toMatch(
    /^It cannot be told .*top-1 error equal \(p 1\.000 over 50 images.*\), with one seed\.$/,
  );
  expect(verdictText(judged('mix', { seeds, images }).verdict)).toBe('better, one seed');
});

it('of several methods says which are better, which are worse, and which cannot be told', () => {
  const worse = judged('drop', {
    kind: 'worse',
    seeds: { count: 2, meanDifference: 0.01, interval: null, p: 0.02 },
    p: 0.04,
  });
  const none = judged('out', { kind: 'cannot tell', p: 0.3 });
  expect(verdictOf(none, judged('mix', {}), worse)).toBe(
    'Top-1 error, lower is better, against BASE, 3 comparisons (p corrected for that): better: MIX (2.00 points lower, p 0.010); worse: DROP (1.00 points higher, p 0.040); cannot tell: OUT (2.00 points lower, p 0.300).',
  );
});

it('says what can be said where nothing was compared', () => {
  expect(experimentVerdict({ rows: [] })).toContain('No training has finished');
  expect(experimentVerdict({ rows: [baseline] })).toContain('top-1 error 50.00 ± 0.00 % on the test images');
  expect(experimentVerdict({ rows: [baseline, baseline] })).toContain('no row has a baseline');
});
