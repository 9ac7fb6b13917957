import { expect, it } from 'vitest';
import { evaluation, localization, ood, robustness, rowResult, runResult } from '../../tests/support/evaluations.ts';
import { resultsCsv } from './results-csv.ts';

/** Lines of cells by their headings. */
function parsed(csv: string): Record<string, string>[] {
  expect(csv.endsWith('\r\n')).toBe(true);
  const [headings, ...lines] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
      ),
    );
  return lines.map((line) => Object.fromEntries(line.map((cell, i) => [headings![i], cell])));
}

it('has a line for each run, of fractions of six digits', () => {
  const third = 1 / 3;
  const rows = [
    { ...rowResult('a', [runResult(3, [0.5, third, 0.1 + 0.6])]), title: 'One, "two"', mix: ['cutmix', 'cutout'] },
    rowResult('b', [runResult(3, [0.5]), runResult(4, [0.25])]),
  ];
  const [first, , last] = parsed(resultsCsv({ rows }));
  expect(first).toMatchObject({
    ...{ row: 'a', title: 'One, "two"', mix: 'cutmix cutout', seed: '3', epochs: '3', bestEpoch: '2' },
    ...{ lastTop1Error: '0.7', bestTop1Error: '0.333333', calibrationError: '0.125', chosenOn: 'test' },
  });
  expect(last).toMatchObject({ row: 'b', seed: '4', lastTop1Error: '0.25', run: 'runs/nowhere-seed4' });
  expect(first).not.toHaveProperty('testTop1Error');
});

it('has a column for each number of a suite, also of a suite that it does not know, and empty cells where it is missing', () => {
  const found = evaluation({
    ...{ localization: localization(), robustness: robustness(), ood: ood({ Noise: 0.75 }) },
    'edge-cases': { share: 0.3125, images: 12, curve: [1, 2], name: 'x' },
  });
  const test = { kind: 'test' as const, step: 1, epoch: 1, scores: { top1Error: 0.0625, top5Error: 0 } };
  const rows = [
    rowResult('a', [
      runResult(0, [0.5], { evaluation: found, test }),
      runResult(1, [0.5], { evaluation: evaluation({}) }),
    ]),
  ];
  const [first, second] = parsed(resultsCsv({ rows }));
  expect(first).toMatchObject({
    ...{ top1Localization: '0.25', maxBoxAccuracyV2: '0.5', 'top1Error FGSM 8/255': '0.5' },
    ...{ 'auroc energy': '0.25', 'auprIn max-softmax': '0.75' },
    ...{ 'edge-cases share': '0.3125', 'edge-cases images': '12', testTop1Error: '0.0625' },
  });
  expect(first).not.toHaveProperty('edge-cases curve');
  expect(second).toMatchObject({ 'edge-cases share': '', top1Localization: '', testTop1Error: '' });
});
