import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFile, writePictures } from '../../tests/support/pictures.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { openData } from '../data/index.ts';
import type { PredictedRow } from './confusions.ts';
import { pictureUri } from './pictures.ts';
import { predictionsCompared } from './predictions-compared.ts';

async function photos() {
  const folder = temporaryFolder();
  const names = ['a', 'b'].flatMap((name) => [`train/${name}/0.png`, `test/${name}/0.png`]);
  await writePictures(folder, names);
  writeFile(join(folder, 'test', 'b', '0.png'), 'no picture');
  return (await openData(`${folder}:size=16`)).test;
}

it('a picture that cannot be read, or has more pixels than the limit, has no place in a report', async () => {
  const set = await photos();
  expect(await pictureUri(set, 0)).toMatch(/^data:image\/webp;base64,/);
  expect(await pictureUri(set, 1)).toBeUndefined();
  expect(await pictureUri(set, 0, { limitPixels: 40 * 30 - 1 })).toBeUndefined();
  expect(await pictureUri(set, 0, { limitPixels: 40 * 30 })).toBeDefined();
});

it('a comparison of predictions shows the pictures that can be read', async () => {
  const set = await photos();
  const row = (title: string, ...probabilities: number[]): PredictedRow => {
    const about = { checkpoint: 'step-1', classes: set.classes, badImages: [], indices: Int32Array.of(0, 1) };
    const predictions = { ...about, labels: Int32Array.of(0, 1), probabilities: Float32Array.from(probabilities) };
    return { title, runs: [{ seed: 0, predictions }] };
  };
  const { markup } = await predictionsCompared([row('Right', 1, 0, 0, 1), row('Wrong', 0, 1, 1, 0)], set);
  expect(markup).toContain('Right alone 2');
  expect(markup.match(/<figure>/g)).toHaveLength(1);
  expect(markup).toContain('alt="Test image 0: a"');
});
