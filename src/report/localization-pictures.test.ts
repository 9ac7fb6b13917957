import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { ChannelModel } from '../../tests/support/channel-model.ts';
import { evaluation, localization, rowResult, runResult } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, type PagePart, textsOf } from '../../tests/support/markup.ts';
import { networkOf } from '../../tests/support/network-of.ts';
import { type Painted, paintedSet } from '../../tests/support/painted-set.ts';
import { mixedMaps } from '../evaluate/index.ts';
import type { Box } from '../geometry/index.ts';
import { drawMixedMaps, localizationPictures } from './localization-pictures.ts';
import { ofOneSeed } from './measured-rows.ts';
import { testPictures } from './pictures.ts';

const square: Box = [4, 4, 12, 12];
const images: Painted[] = [0, 1].map((label) => ({ label, boxes: [[label, square]], groundTruth: [square] }));
const set = paintedSet(images);
const pictures = testPictures(set);
const [example] = localization().examples;

it('draws the ground truth and the box of each network into the images that all of them have, and each one’s map', async () => {
  const other = { ...example!, predicted: 2, box: [0, 0, 16, 16] as const, iou: 0.25 };
  const rows = [
    { title: 'Base<line>', examples: [example!, { ...example!, index: 1 }] },
    { title: 'CutMix', examples: [other] },
  ];
  const document = documentOf((await localizationPictures(rows, pictures))!.markup);
  const [figure, ...more] = [...document.querySelectorAll('.gallery figure')];
  expect(more).toEqual([]);
  const boxesOf = (svg: PagePart) =>
    [...svg.querySelectorAll('rect[stroke-width="2"]')].map((box) =>
      ['x', 'y', 'width', 'height'].map((name) => Number(box.getAttribute(name))),
    );
  const [truth, first, second] = [
    [2, 2, 4, 6],
    [1, 2, 4, 6],
    [0, 0, 16, 16],
  ];
  expect([...figure!.querySelectorAll('svg')].map(boxesOf)).toEqual([[truth, first, second], [first], [second]]);
  expect(namesOf(figure!)).toEqual([
    'Test image 0: red, with boxes',
    'Test image 0: where Base<line> sees green',
    'Test image 0: where CutMix sees blue',
  ]);
  expect(textsOf(figure!, 'figcaption')[0]).toMatch(/^red.*Base<line>: green, 0\.60.*CutMix: blue, 0\.25$/);
  expect(textsOf(document, '.key')).toEqual(['ground truth', 'Base<line>', 'CutMix']);
});

it('is nothing without an example or a mixture, nor of an image that cannot be read', async () => {
  expect(await localizationPictures([], pictures)).toBeUndefined();
  expect(await localizationPictures([{ title: 'A', examples: [] }], pictures)).toBeUndefined();
  const unreadable = { images: set, pixelsOf: async () => undefined };
  expect(await localizationPictures([{ title: 'A', examples: [example!] }], unreadable)).toBeUndefined();
});

describe('mixtures', async () => {
  const model = new ChannelModel();
  afterAll(() => model.dispose());
  const found = (await mixedMaps(networkOf(model, set), { methods: ['mixup', 'cutmix'] }))!;

  /** Where the grid has its maps: below the heading, the pictures and two lines of words. */
  const side = 224;
  const topOf = (row: number) => 34 + row * (side + 8 + 26) + (row > 0 ? 18 : 0);
  const leftOf = (column: number) => 8 + column * (side + 8);
  /** The color at a pixel of the 16 x 16 image in a cell. */
  async function colorAt(png: Uint8Array, row: number, column: number, x: number, y: number): Promise<number[]> {
    const place = { left: leftOf(column) + x * 14 + 7, top: topOf(row) + y * 14 + 7, width: 1, height: 1 };
    return [...(await sharp(png).removeAlpha().extract(place).raw().toBuffer())];
  }
  const isBright = async (...place: Parameters<typeof colorAt>) => (await colorAt(...place))[0]! > 150;
  const isDark = async (...place: Parameters<typeof colorAt>) => Math.max(...(await colorAt(...place))) < 40;

  it('stand above the maps of both classes', async () => {
    const png = (await drawMixedMaps(found, pictures))!;
    // The first row of maps is of the first picture's class, the second of the other's.
    expect(await isBright(png, 1, 0, 8, 8)).toBe(true);
    expect(await isDark(png, 1, 0, 1, 8)).toBe(true);
    expect(await isBright(png, 2, 1, 8, 8)).toBe(true);
    expect(await isDark(png, 2, 1, 1, 1)).toBe(true);
    // Of a class that is nowhere the map is constant, and points nowhere.
    expect(await isBright(png, 2, 0, 8, 8)).toBe(false);
    // MixUp shows both squares at once, in the picture and in both maps.
    const [red, green, blue] = await colorAt(png, 0, 2, 8, 8);
    expect([Math.min(red!, green!) > 90, blue]).toEqual([true, 0]);
    expect(await isBright(png, 1, 2, 8, 8)).toBe(true);
    expect(await isBright(png, 2, 2, 8, 8)).toBe(true);
  });

  it('are a figure with a name for each row', async () => {
    const markup = await localizationPictures([{ title: '<A>', examples: [], mixedMaps: found }], pictures);
    const [name] = namesOf(documentOf(markup!.markup));
    expect(name).toMatch(/mixup, cutmix.*<A>/);
  });
});

it('rows are shown by the first seed that localized in all of them, whose images they share', () => {
  const measured = evaluation({ localization: localization() });
  const row = (name: string, seeds: number[], localized: number[]) =>
    rowResult(
      name,
      seeds.map((seed) => runResult(seed, [0.5], localized.includes(seed) ? { evaluation: measured } : {})),
    );
  const seeds = (...rows: ReturnType<typeof row>[]) => ofOneSeed(rows).map(({ runs }) => runs.map(({ seed }) => seed));
  expect(seeds(row('A', [0, 1, 2], [0, 1, 2]), row('B', [0, 1, 2], [1, 2]))).toEqual([[1], [1]]);
  expect(seeds(row('A', [0, 1], [0]), row('B', [0, 1], [1]))).toEqual([[], []]);
  expect(seeds(row('A', [0, 1], []))).toEqual([[]]);
});
