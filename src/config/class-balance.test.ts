import { expect, it } from 'vitest';
import { balancedWeights, imagesPerClass } from './class-balance.ts';

it('images are counted by class, also those that a class has none of', () => {
  const counted = imagesPerClass({ labels: Int32Array.of(2, 0, 2, 2), classes: ['a', 'b', 'c'] });
  expect(counted).toEqual([1, 0, 3]);
});

it("weights are scikit-learn's: images / (classes * images of the class)", () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0] * 6 + [1] * 3 + [2]): 10/18, 10/9, 10/3.
  expect(balancedWeights([6, 3, 1])).toEqual([10 / 18, 10 / 9, 10 / 3]);
});

it('all classes count the same together, and an image 1 on average; a class without images changes nothing', () => {
  const counts = [17, 0, 5, 140];
  const weights = balancedWeights(counts);
  const shares = counts.map((count, i) => count * weights[i]!);
  expect(shares[0]).toBeCloseTo(shares[2]!, 12);
  expect(shares[0]).toBeCloseTo(shares[3]!, 12);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(162, 12);
  expect(weights[1]).toBe(1);
});
