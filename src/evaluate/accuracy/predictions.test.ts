import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { insertedBefore } from '../../../tests/support/jpegs.ts';
import { writeFile, writePictures } from '../../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../../tests/support/small-training.ts';
import { train } from '../../config/index.ts';
import { imageAt, openData } from '../../data/index.ts';
import { argmax, expectedCalibrationError } from '../../metrics/index.ts';
import { evaluateRun } from '../evaluate-run.ts';
import '../suites.ts';
import { type Predictions, predict } from './predictions.ts';

const folder = temporaryFolder(afterAll);
const run = join(folder, 'run');
const config = smallConfig({ epochs: 1, mix: 'none' });
await train(config, { run });

const cacheOf = (path: string) => {
  const name = readdirSync(join(path, 'report')).find((file) => file.startsWith('predictions-step-'))!;
  return join(path, 'report', name);
};

it('gives the labels of the test set in order, probabilities that add up to 1, and the errors of evaluation', async () => {
  const { labels, indices, probabilities, classes } = await predict(run);
  const { test } = await openData(config.data);
  expect(labels).toEqual(Int32Array.from(test.labels));
  expect([...indices]).toEqual([...test.labels.keys()]);
  for (let n = 0; n < labels.length; n++) {
    const row = probabilities.subarray(n * classes.length, (n + 1) * classes.length);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  }
  const evaluation = (await evaluateRun(run)).accuracy!;
  const right = argmax(probabilities, classes.length).filter((predicted, n) => predicted === labels[n]).length;
  expect((labels.length - right) / labels.length).toBe(evaluation.top1Error);
  expect(evaluation.calibrationError).toBe(expectedCalibrationError(probabilities, labels, classes.length));
  const losses = Array.from(labels, (label, n) => -Math.log(probabilities[n * classes.length + label]!));
  expect(losses.reduce((sum, loss) => sum + loss) / losses.length).toBeCloseTo(evaluation.valLoss, 4);
});

it('reads what it kept, and computes again where the file is damaged or the configuration or data is another', async () => {
  const first = await predict(run);
  const cache = cacheOf(run);
  const bytes = readFileSync(cache);
  // The last byte belongs to a label: a changed one shows whether the file was read.
  const changed = Buffer.from(bytes);
  changed[changed.length - 1] = changed[changed.length - 1]! ^ 1;
  writeFileSync(cache, changed);
  expect(await predict(run)).not.toEqual(first);
  expect((await predict(run, { data: 'shapes:train=64,test=16,size=16' })).labels).toHaveLength(16);
  expect(await predict(run)).toEqual(first);
  writeFileSync(cache, bytes.subarray(0, bytes.length / 2));
  expect(await predict(run)).toEqual(first);
  expect(statSync(cache).size).toBe(bytes.length);
});

it('normalizes other data by what the network was trained on, so that the same pixels get the same answers', async () => {
  const { test } = await openData(config.data);
  if (!('images' in test)) throw new Error('expected pixels');
  const pictures = join(folder, 'as-pictures');
  const sizes = { width: test.width, height: test.height, channels: 3 as const };
  for (let n = 0; n < test.length; n++) {
    const planes = imageAt(test, n);
    const area = test.width * test.height;
    const pixels = Uint8Array.from({ length: planes.length }, (_, i) => planes[(i % 3) * area + Math.floor(i / 3)]!);
    const name = join(test.classes[test.labels[n]!]!, `${String(n).padStart(4, '0')}.png`);
    for (const split of ['train', 'test']) {
      writeFile(join(pictures, split, name), await sharp(pixels, { raw: sizes }).png().toBuffer());
    }
  }
  const other = await openData(`${pictures}:size=${test.width}`);
  expect(other.test.normalization).not.toEqual(test.normalization);
  // Its classes are in another order: a run is told the pictures by the set that has both.
  const order = other.test.classes.map((name) => test.classes.indexOf(name));
  const labels = other.test.labels.map((label) => order[label]!);
  const images = { ...other.test, classes: test.classes, labels, target: (index: number) => labels[index]! };
  const source = { train: other.train, test: images };
  const ours = await predict(run);
  const theirs = await predict(run, { data: `${pictures}:size=${test.width}`, source });
  const byLabel = ({ labels, probabilities, classes }: Predictions) =>
    Array.from(
      labels,
      (label, n) =>
        `${label}: ${[...probabilities.subarray(n * classes.length, (n + 1) * classes.length)].map((p) => p.toFixed(4))}`,
    ).sort();
  expect(byLabel(theirs)).toEqual(byLabel(ours));
});

it('lists the pictures that were left out, also when the predictions are read again', async () => {
  const data = join(folder, 'photos');
  await writePictures(
    data,
    ['train', 'test'].flatMap((split) => ['a/0.png', 'a/1.png', 'b/0.png'].map((name) => `${split}/${name}`)),
  );
  writeFile(join(data, 'test', 'a', '1.png'), 'no picture');
  const withBad = join(folder, 'with-bad');
  await train(smallConfig({ data: `${data}:size=16`, epochs: 1, batchSize: 2, mix: 'none', onBadImage: 'skip' }), {
    run: withBad,
  });
  const { images, badImages } = (await evaluateRun(withBad)).accuracy!;
  expect(images).toBe(2);
  expect(badImages).toMatchObject([{ index: 1, path: join(data, 'test', 'a', '1.png') }]);
  expect((await predict(withBad)).badImages).toEqual(badImages);
  expect(await predict(withBad)).toMatchObject({ badImages });
});

it('pictures with odd files are trained on and measured, and listed as warnings', async () => {
  const data = join(folder, 'odd');
  await writePictures(
    data,
    ['train', 'test'].flatMap((split) => ['a/0.jpg', 'a/1.jpg', 'b/0.jpg'].map((name) => `${split}/${name}`)),
  );
  const reason = 'Corrupt JPEG data: 3 extraneous bytes before marker 0xc0';
  const odd = ['train', 'test'].map((split) => join(data, split, 'a', '1.jpg'));
  for (const path of odd) writeFile(path, insertedBefore(readFileSync(path), 0xc0, [1, 2, 3]));
  const run = join(folder, 'with-odd');
  const given = smallConfig({ data: `${data}:size=16`, epochs: 1, batchSize: 2, mix: 'none' });
  const { badImages, warnedImages } = await train(given, { run });
  expect(badImages).toEqual([]);
  expect(warnedImages.map(({ path }) => path)).toEqual(odd);
  const listed = JSON.parse(readFileSync(join(run, 'warned-images.json'), 'utf8')) as unknown;
  expect(listed).toEqual(odd.map((path) => ({ path, reason })));
  expect(existsSync(join(run, 'bad-images.json'))).toBe(false);
  const measured = await evaluateRun(run, { limit: 2 });
  expect(measured.accuracy).toMatchObject({ images: 3, badImages: [] });
  expect(measured.warnedImages).toEqual([{ index: 1, path: odd[1], reason }]);
});
