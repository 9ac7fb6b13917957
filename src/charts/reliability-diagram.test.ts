import { expect, it } from 'vitest';
import { reliabilityTable } from '../metrics/index.ts';
import { pooledBins, reliabilityDiagrams } from './reliability.ts';

const probabilities = Float32Array.from([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.55, 0.45, 0.97, 0.03].map(Math.fround));
const labels = [0, 0, 1, 0, 0];

it('pools the bins of several networks to those of all their images', () => {
  const whole = reliabilityTable(probabilities, labels, 2);
  const parts = [
    reliabilityTable(probabilities.slice(0, 4), labels.slice(0, 2), 2),
    reliabilityTable(probabilities.slice(4), labels.slice(2), 2),
  ];
  for (const [i, bin] of pooledBins(parts).entries()) {
    expect(bin).toMatchObject({ low: whole[i]!.low, high: whole[i]!.high, count: whole[i]!.count });
    expect(bin.confidence).toBeCloseTo(whole[i]!.confidence, 12);
    expect(bin.accuracy).toBeCloseTo(whole[i]!.accuracy, 12);
  }
});

it('a diagram says how far confidence is from accuracy', () => {
  const table = reliabilityTable(probabilities, labels, 2);
  const { markup } = reliabilityDiagrams([{ title: '<A>', tables: [table] }]);
  // Confidences .9 .8 .6 .55 .97: mean 76.4 %; 3 of 5 right.
  expect(markup).toContain('on average its confidence is 16.4 points above its accuracy');
  expect(markup).not.toContain('<A>');
});
