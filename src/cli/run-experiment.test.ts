import { expect, test } from 'vitest';
import { evaluation } from '../../tests/support/evaluations.ts';
import type { ExperimentResult, RowResult, RunResult } from '../recipes/index.ts';
import { closingLines } from './run-experiment.ts';

const result = (...badImages: number[]) =>
  ({
    rows: badImages.map((count) => ({ runs: [{ badImages: count } as RunResult] }) as RowResult),
    failures: [] as ExperimentResult['failures'],
    unmeasured: [] as ExperimentResult['unmeasured'],
  }) as ExperimentResult;

test('what follows a table says how many test pictures were left out, once for all runs, and nothing where none was', () => {
  expect(closingLines(result(2, 2), 'folder')).toContain('Measured without 2 test pictures that cannot be decoded');
  expect(closingLines(result(1, 0), 'folder')).toContain('Measured without 1 test picture that');
  expect(closingLines(result(0, 0), 'folder')).not.toContain('Measured');
});

test('what follows a table says once what the data did not allow to be measured', () => {
  const note = 'localisation was left out: photos has no true boxes.';
  const runs = [0, 1].map(() => ({ badImages: 0, evaluation: evaluation({ notes: [note] }) }) as unknown as RunResult);
  const lines = closingLines({ ...result(), rows: [{ runs } as RowResult] } as ExperimentResult, 'folder');
  expect(lines.split(note)).toHaveLength(2);
});
