import type { FailedRun } from '../recipes/index.ts';

/** One sentence for all seeds of a row that failed alike: what a network cannot carry fails with every one. */
export function failureTexts(failures: readonly FailedRun[]): string[] {
  const alike = failures.filter(
    (failure, i) => failures.findIndex(({ row, message }) => row === failure.row && message === failure.message) === i,
  );
  return alike.map(({ row, message }) => {
    const seeds = failures.filter((other) => other.row === row && other.message === message).map(({ seed }) => seed);
    return `${row}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}: ${message}`;
  });
}
