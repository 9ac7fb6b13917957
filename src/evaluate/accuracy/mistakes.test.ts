import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writePictures } from '../../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { parseConfig, train } from '../../config/index.ts';
import { dataLocation, dataset } from '../../data/index.ts';
import { evaluateRun } from '../evaluate-run.ts';
import '../suites.ts';
import { trainingDuplicates } from './duplicates.ts';
import { findMistakes } from './mistakes.ts';
import { type Predictions, predict } from './predictions.ts';

const classes = ['a', 'b', 'c'];
const data = 'shapes';
/** Of each image its label, and what the network says of it. */
const images: [label: number, probabilities: number[]][] = [
  [0, [0.75, 0.25, 0]],
  [0, [0.0625, 0.9375, 0]],
  [0, [0.5, 0.25, 0.25]],
  [1, [0.25, 0.75, 0]],
  [1, [0.625, 0.375, 0]],
  [2, [0, 0.5625, 0.4375]],
];
const labels = Int32Array.from(images, ([label]) => label);
const set = dataset({ images: new Uint8Array(images.length * 3), height: 1, classes, labels });
const predictions = {
  ...{ checkpoint: '', classes, labels, badImages: [], predicted: Int32Array.of(0, 1, 0, 1, 0, 1) },
  indices: Int32Array.from(labels.keys()),
  probabilities: Float32Array.from(images.flatMap(([, row]) => row)),
} satisfies Predictions;

it('counts by class and by pair, and lists the most confident mistakes: by hand', () => {
  const found = findMistakes(predictions, set, data, undefined);
  expect(found.classErrors.map(({ samples, errors }) => [samples, errors])).toEqual([
    [3, 1],
    [2, 1],
    [1, 1],
  ]);
  expect(found.balancedAccuracy).toBeCloseTo((2 / 3 + 1 / 2) / 3, 12);
  expect(found.confusions).toEqual([
    { label: 0, predicted: 1, count: 1 },
    { label: 1, predicted: 0, count: 1 },
    { label: 2, predicted: 1, count: 1 },
  ]);
  expect(found.confidentMistakes).toEqual([
    { index: 1, name: '1', label: 0, predicted: 1, confidence: 0.9375 },
    { index: 4, name: '4', label: 1, predicted: 0, confidence: 0.625 },
    { index: 5, name: '5', label: 2, predicted: 1, confidence: 0.5625 },
  ]);
  // Thresholds 0.4375, 0.5625 and 0.4375: of the last image both b and c are reached, and b is more probable.
  expect(found.suspectedLabels).toEqual({
    count: 3,
    clearest: [
      { index: 1, name: '1', label: 0, likely: 1, margin: 0.875 },
      { index: 4, name: '4', label: 1, likely: 0, margin: 0.25 },
      { index: 5, name: '5', label: 2, likely: 1, margin: 0.125 },
    ],
  });
  expect(found).not.toHaveProperty('duplicates');
});

it('has the error without images that were trained on', () => {
  const duplicate = { test: '', train: '', isOtherClass: false };
  const twins = [0, 1].map((index) => ({ ...duplicate, index, isOtherClass: index === 1 }));
  const { duplicates } = findMistakes(predictions, set, data, twins);
  // Of images 2 to 5 two are wrong.
  expect(duplicates).toMatchObject({ count: 2, otherClass: 1, top1ErrorWithout: 0.5 });
  const all = [...labels.keys()].map((index) => ({ ...duplicate, index }));
  expect(findMistakes(predictions, set, data, all).duplicates!.top1ErrorWithout).toBeNull();
});

it('finds images in memory that both parts have, of which one is of another class', async () => {
  const of = (...values: number[]) => ({ images: Uint8Array.from(values.flatMap((value) => [value, value, value])) });
  const parts = {
    train: dataset({ ...of(1, 2, 3, 3), height: 1, classes, labels: [0, 1, 2, 2] }),
    test: dataset({ ...of(9, 3, 2), height: 1, classes, labels: [0, 2, 0], part: 'test' }),
  };
  const config = parseConfig({ data: dataLocation('numbers') });
  const measured = { run: '', config, data: config.data, parts, images: parts.test };
  expect(await trainingDuplicates(measured)).toEqual([
    { index: 1, test: '1', train: '2', isOtherClass: false },
    { index: 2, test: '2', train: '1', isOtherClass: true },
  ]);
  // Of other data it is not told what the run was trained on.
  expect(await trainingDuplicates({ ...measured, data: 'elsewhere' })).toBeUndefined();
});

it('finds pictures that both parts have, as the run recorded them', async () => {
  const folder = join(temporaryFolder(afterAll), 'photos');
  const names = ['a', 'b'].flatMap((name) =>
    [1, 2, 3, 4].flatMap((n) => [`train/${name}/${n}.png`, `test/${name}/${n}.png`]),
  );
  await writePictures(folder, names);
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    copyFileSync(join(folder, from), join(folder, to));
  };
  copy('train/a/1.png', 'test/a/1.png');
  copy('train/a/2.png', 'test/b/9.png');
  const run = join(temporaryFolder(afterAll), 'run');
  await train(smallConfig({ data: `${folder}:size=16`, mix: 'none', batchSize: 8, epochs: 1 }), { run });
  const { accuracy } = await evaluateRun(run);
  const { predicted, labels } = await predict(run);
  const isTwin = (n: number) => n === 0 || n === labels.length - 1;
  const others = [...labels.keys()].filter((n) => !isTwin(n));
  expect(accuracy!.duplicates).toEqual({
    ...{ count: 2, otherClass: 1 },
    top1ErrorWithout: others.filter((n) => predicted[n] !== labels[n]).length / others.length,
    examples: [
      { index: 0, test: 'test/a/1.png', train: 'train/a/1.png', isOtherClass: false },
      { index: labels.length - 1, test: 'test/b/9.png', train: 'train/a/2.png', isOtherClass: true },
    ],
  });
  for (const { name } of accuracy!.confidentMistakes) expect(name).toMatch(/^test\/[ab]\/\d\.png$/);
});
