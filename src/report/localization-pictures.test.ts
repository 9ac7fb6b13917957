import { expect, it } from 'vitest';
import { localization } from '../../tests/support/evaluations.ts';
import { openData } from '../data/index.ts';
import { localizationGallery } from './localization-gallery.ts';

const { test: set } = await openData('shapes:train=16,test=16,size=16');
const [example] = localization().examples;

it('draws the true box and that of each network into the images that all of them have', async () => {
  const other = { ...example!, predicted: 2, box: [0, 0, 16, 16] as const, iou: 0.25 };
  const rows = [
    { title: 'Baseline', examples: [example!, { ...example!, index: 3 }] },
    { title: 'CutMix', examples: [other] },
  ];
  const { markup } = (await localizationGallery(rows, set))!;
  expect(markup.match(/<figure>/g)).toHaveLength(1);
  expect(markup).toContain('viewBox="0 0 16 16"');
  const gallery = markup.split('<div class="gallery">')[1]!;
  const boxes = [...gallery.matchAll(/x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"[^>]*stroke-width="2"/g)];
  // x, y, width, height: the truth, then each row's.
  expect(boxes.map((match) => match.slice(1).map(Number))).toEqual([
    [2, 2, 4, 6],
    [1, 2, 4, 6],
    [0, 0, 16, 16],
  ]);
  expect(markup).toContain(`<span class="who">CutMix:</span> ${set.classes[2]}, 0.25`);
});

it('is nothing without an example', async () => {
  expect(await localizationGallery([], set)).toBeUndefined();
  expect(await localizationGallery([{ title: 'A', examples: [] }], set)).toBeUndefined();
});
