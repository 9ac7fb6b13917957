import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { ChannelModel } from '../../tests/support/channel-model.ts';
import { networkOf } from '../../tests/support/network-of.ts';
import { type Painted, paintedSet } from '../../tests/support/painted-set.ts';
import type { Box } from '../geometry/index.ts';
import { drawMixedMaps } from './mixed-maps.ts';

const square: Box = [4, 4, 12, 12];
const images: Painted[] = [0, 1].map((label) => ({ label, boxes: [[label, square]], truths: [square] }));
const model = new ChannelModel();
afterAll(() => model.dispose());
const network = networkOf(model, paintedSet(images));

/** Where the grid has its maps: below the heading, the pictures and two lines of words. */
const side = 224;
const topOf = (row: number) => 34 + row * (side + 8 + 26) + (row > 0 ? 18 : 0);
const leftOf = (column: number) => 8 + column * (side + 8);

/** The color at a pixel of the 16 x 16 image in a cell. */
async function colorAt(png: Buffer, row: number, column: number, x: number, y: number): Promise<number[]> {
  const place = { left: leftOf(column) + x * 14 + 7, top: topOf(row) + y * 14 + 7, width: 1, height: 1 };
  return [...(await sharp(png).removeAlpha().extract(place).raw().toBuffer())];
}

const isBright = async (...place: Parameters<typeof colorAt>) => (await colorAt(...place))[0]! > 150;
const isDark = async (...place: Parameters<typeof colorAt>) => Math.max(...(await colorAt(...place))) < 40;

it('shows under each mixture the maps of both classes', async () => {
  const png = await drawMixedMaps(network, { methods: ['mixup', 'cutmix'] });
  // The first row of maps is of the first picture's class, the second of the other's.
  expect(await isBright(png, 1, 0, 8, 8)).toBe(true);
  expect(await isDark(png, 1, 0, 1, 8)).toBe(true);
  expect(await isBright(png, 2, 1, 8, 8)).toBe(true);
  expect(await isDark(png, 2, 1, 1, 1)).toBe(true);
  // Of a class that is nowhere the map is constant, and points nowhere.
  expect(await isBright(png, 2, 0, 8, 8)).toBe(false);
  // MixUp shows both squares at once.
  expect(await isBright(png, 1, 2, 8, 8)).toBe(true);
  expect(await isBright(png, 2, 2, 8, 8)).toBe(true);
});

it('is the same for the same seed and another for another', async () => {
  const [first, again, other] = [
    await drawMixedMaps(network),
    await drawMixedMaps(network),
    await drawMixedMaps(network, { seed: 1 }),
  ];
  expect(again.equals(first)).toBe(true);
  expect(other.equals(first)).toBe(false);
});

it('needs two classes and methods that change images', async () => {
  await expect(drawMixedMaps(networkOf(model, paintedSet([images[0]!, images[0]!])))).rejects.toThrow(
    'expected images of two classes, got one in painted test',
  );
  await expect(drawMixedMaps(network, { methods: ['none'] })).rejects.toThrow(
    'expected methods that change the image, got none',
  );
});
