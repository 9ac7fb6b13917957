import { expect, it } from 'vitest';
import { evaluation, localization } from '../../tests/support/evaluations.ts';
import type { RowResult, RunResult } from '../recipes/index.ts';
import { localizationPictures } from './localization-pictures.ts';
import { measuredRows, ofOneSeed } from './measured-rows.ts';

const measured = evaluation({ localization: localization() });
/** A row whose runs have these seeds, those of `localized` with boxes. */
const row = (name: string, seeds: number[], localized: number[]) =>
  ({
    ...{ row: name, title: name },
    runs: seeds.map((seed) => ({ seed, ...(localized.includes(seed) && { evaluation: measured }) })) as RunResult[],
  }) as RowResult;

it('rows are shown by the first seed that localized in all of them, whose images they share', () => {
  const seeds = (...rows: RowResult[]) => ofOneSeed(rows).map(({ runs }) => runs.map(({ seed }) => seed));
  expect(seeds(row('A', [0, 1, 2], [0, 1, 2]), row('B', [0, 1, 2], [1, 2]))).toEqual([[1], [1]]);
  expect(seeds(row('A', [0, 1], [0]), row('B', [0, 1], [1]))).toEqual([[], []]);
  expect(seeds(row('A', [0, 1], []))).toEqual([[]]);
});

it('what cannot be drawn is said, with the reason', async () => {
  const { markup } = await localizationPictures(measuredRows([row('<A>', [0], [0])]));
  expect(markup).toContain('Pictures that could not be made of &#60;A&#62;: run folder runs/nowhere');
});
