import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluation, localization } from '../../tests/support/evaluations.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import type { ExperimentResult, RowResult, RunResult } from '../experiments/index.ts';
import { readReproduced, recordReproduced, shippedRecord } from './reproduced.ts';
import { findRows, findTable } from './tables.ts';

const summary = (mean: number) => ({ count: 3, mean, standardDeviation: 0.0012345678 });

function result(errors: Record<string, number>): ExperimentResult {
  const rows = Object.entries(errors).map(([row, mean]): RowResult => {
    const both = { last: summary(mean), best: summary(mean) };
    const method = { mix: [], regularize: [], labelSmoothing: 0 };
    return {
      row,
      title: row,
      model: 'resnet20',
      ...method,
      runs: [],
      top1: both,
      top5: both,
      calibrationError: summary(0),
    };
  });
  const about = { title: '', data: 'd', model: 'resnet20', budget: 'few', differences: [], seeds: [0, 1, 2] };
  return { ...about, rows, failures: [], unmeasured: [] };
}

test('a record keeps every row at every budget, the latest of each, rounded to what the numbers are worth', () => {
  const path = join(temporaryFolder(), 'reproduced.json');
  expect(readReproduced(path)).toEqual([]);
  recordReproduced(path, 'T5', 'small', result({ baseline: 0.5, cutmix: 0.4 }));
  recordReproduced(path, 'T5', 'full', result({ cutmix: 0.15 }));
  recordReproduced(path, 'T5', 'small', result({ cutmix: 0.3 }));
  const read = readReproduced(path).map(({ row, budget, top1 }) => [row, budget, top1.last.mean]);
  expect(read).toEqual([
    ['baseline', 'small', 0.5],
    ['cutmix', 'full', 0.15],
    ['cutmix', 'small', 0.3],
  ]);
  expect(readReproduced(path)[0]!.top1.last.standardDeviation).toBe(0.00123);
});

test('a record has the localization of rows that were localized, over the seeds', () => {
  const path = join(temporaryFolder(), 'reproduced.json');
  const given = result({ resnet50: 0.5, vgg16: 0.5 });
  const runs = [localization(), localization(0.25)].map((found) => ({
    evaluation: evaluation({ localization: found }),
  }));
  given.rows[0]!.runs = runs as RunResult[];
  recordReproduced(path, 'T9', 'small', given);
  // 25 and 50 %: mean 37.5, standard deviation 25 / sqrt(2).
  expect(readReproduced(path).map(({ top1Localization }) => top1Localization)).toEqual([
    { count: 2, mean: 0.375, standardDeviation: 0.17678 },
    undefined,
  ]);
});

test('a file that is no record is an error that names it', () => {
  const path = join(temporaryFolder(), 'other.json');
  writeFileSync(path, '[{"row": 1}]');
  expect(() => readReproduced(path)).toThrow(`${path}: expected a record that 'reproduce --record' wrote`);
});

test('every row of the record that comes with Patchwork is a row of a table', () => {
  for (const { table, row } of readReproduced(shippedRecord)) {
    expect(findRows(findTable(table), [row]).map((recipe) => recipe.row)).toContain(row);
  }
});
