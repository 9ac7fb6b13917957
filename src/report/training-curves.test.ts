import { expect, it } from 'vitest';
import { rowResult, runResult } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, textsOf } from '../../tests/support/markup.ts';
import { trainingCharts, trainingCurves } from './training-curves.ts';

const row = (name: string, baseline?: ReturnType<typeof rowResult>) =>
  rowResult(name, [runResult(0, [0.875, 0.5]), runResult(1, [0.625, 0.25])], baseline);

it('a chart has the mean over the seeds of each epoch, between the lowest and the highest', () => {
  const [trainLoss, loss, error] = trainingCharts([row('a')]);
  expect(error!.series).toEqual([
    {
      title: 'A',
      points: [
        { at: 1, mean: 75, low: 62.5, high: 87.5 },
        { at: 2, mean: 37.5, low: 25, high: 50 },
      ],
    },
  ]);
  expect(trainLoss!.series[0]!.points[0]).toEqual({ at: 1, mean: 1.5, low: 1.25, high: 1.75 });
  expect(loss!.series[0]!.points[1]!.mean).toBe(1.125);
  expect(error!.x.ticks).toEqual([1, 2]);
});

it('says of which images the curves are', () => {
  const labels = (chosenOn: 'validation' | 'test') =>
    trainingCharts([rowResult('a', [runResult(0, [0.5], { chosenOn })])]).map(({ y }) => y.label);
  expect(labels('test')).toEqual(['Training loss', 'Test loss', 'Test top-1 error (%)']);
  expect(labels('validation')).toEqual(['Training loss', 'Validation loss', 'Validation top-1 error (%)']);
});

it('a loss that is not finite is left out, and a score that was not measured has no curve', () => {
  const run = runResult(0, [0.5, 0.25]);
  const [first, second] = run.epochs as [(typeof run.epochs)[0], (typeof run.epochs)[0]];
  const epochs = [
    { ...first, scores: { top1Error: 0.5 } },
    { ...second, trainLoss: Infinity },
  ];
  const [trainLoss, loss] = trainingCharts([rowResult('a', [{ ...run, epochs }])]);
  expect(trainLoss!.series[0]!.points.map(({ at }) => at)).toEqual([1]);
  expect(loss!.series[0]!.points.map(({ at }) => at)).toEqual([2]);
});

it('rows are drawn together while they can be told apart, else each beside its baseline', () => {
  const figures = (...names: string[]) => {
    const baseline = row('base');
    const { markup } = trainingCurves({ rows: [baseline, ...names.map((name) => row(name, baseline))] });
    return [...documentOf(markup).querySelectorAll('figure')].map((figure) => textsOf(figure, '.key'));
  };
  expect(figures('a', 'b')).toEqual([['BASE', 'A', 'B']]);
  expect(figures('a', 'b', 'c', 'd', 'e', 'f')).toEqual([...'ABCDEF'].map((name) => ['BASE', name]));
});

it('each plot has a name that says where its lines end', () => {
  const names = namesOf(documentOf(trainingCurves({ rows: [row('a')] }).markup));
  expect(names).toEqual([
    expect.stringMatching(/^Training loss .*A from 1\.5 to 0\.75/),
    expect.stringMatching(/^Test loss .*A from 2\.25 to 1\.13/),
    expect.stringMatching(/^Test top-1 error .*A from 75 to 37\.5/),
  ]);
});
