import { expect, test } from 'vitest';
import { evaluation } from '../../tests/support/evaluations.ts';
import type { ExperimentResult, RowResult, RunResult } from '../experiments/index.ts';
import { summarize } from '../metrics/index.ts';
import { experimentTable } from './result-tables.ts';
import { closingLines } from './run-experiment.ts';

const errors = { last: summarize([0.25]), best: summarize([0.25]) };
const row = (...runs: Partial<RunResult>[]) =>
  ({ title: 'CutMix', runs, top1: errors, top5: errors, calibrationError: summarize([0.1]) }) as RowResult;
const result = (...badImages: number[]) =>
  ({
    rows: badImages.map((count) => row({ badImages: count })),
    failures: [] as ExperimentResult['failures'],
    unmeasured: [] as ExperimentResult['unmeasured'],
  }) as ExperimentResult;

test('the notes of a table say how many test pictures were left out, once for all runs, and nothing where none was', () => {
  const left = (...badImages: number[]) =>
    experimentTable(result(...badImages))
      .split('\n')
      .filter((note) => note.startsWith('Measured'));
  expect(left(2, 2)).toEqual([
    'Measured without 2 test pictures that cannot be decoded, see bad-images.json in the run folders.',
  ]);
  expect(left(1, 0)[0]).toContain('1 test picture that');
  expect(left(0, 0)).toEqual([]);
});

test('the notes of a table say over how many seeds, also where some have failed', () => {
  const finished = (...counts: number[]) =>
    experimentTable({
      rows: counts.map((count) => row(...new Array<Partial<RunResult>>(count).fill({ badImages: 0 }))),
    });
  expect(finished(3, 3)).toContain('over 3 seeds');
  expect(finished(2, 3)).toContain('over the seeds that have finished');
  expect(finished(1, 1)).toContain('of one seed: no spread, no test');
});

test('where everything failed no report is promised', () => {
  expect(closingLines(result(), 'folder')).toContain('Nothing to report; what failed is in folder/results.json');
});

test('what follows a table says once what the data did not allow to be measured', () => {
  const note = 'localization was left out: photos has no ground-truth boxes.';
  const runs = [0, 1].map(() => ({ badImages: 0, evaluation: evaluation({ notes: [note] }) }) as unknown as RunResult);
  const lines = closingLines({ ...result(), rows: [{ runs } as RowResult] } as ExperimentResult, 'folder');
  expect(lines.split(note)).toHaveLength(2);
});
