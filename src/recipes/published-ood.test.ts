import { expect, it } from 'vitest';
import { publishedOod } from './published-ood.ts';

const rows = publishedOod.map((published) => [published.row, published] as const);

it.each(rows)(
  'the published mean of %s is that of its seven sets, to one decimal of a percent',
  (_, { sets, mean }) => {
    expect(sets).toHaveLength(7);
    for (const name of ['tnrAtTpr95', 'auroc', 'detectionAccuracy'] as const) {
      const percent = (100 * sets.reduce((sum, { scores }) => sum + scores[name], 0)) / sets.length;
      expect(Math.abs(percent - 100 * mean[name])).toBeLessThan(0.05 + 1e-9);
    }
  },
);
