import { expect, it } from 'vitest';
import { heatMapOver, infernoAt, shownSize } from './heat-map.ts';
import type { Pixels } from './picture-grid.ts';

/** Red, green and blue at a pixel. */
const colorAt = ({ data, height, width }: Pixels, y: number, x: number) =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x]!);

/** A map as large as a picture is shown, whose values follow from the column. */
const byColumn = (picture: Pixels, valueAt: (column: number) => number) => {
  const { height, width } = shownSize(picture);
  return { height, width, values: Array.from({ length: height * width }, (_, i) => valueAt(i % width)) };
};

it('is three fifths the color of the map and two fifths the picture without its colors', () => {
  const picture = { data: Uint8Array.of(0, 255, 200, 0, 255, 100, 0, 255, 50), height: 1, width: 3 };
  const shown = heatMapOver(
    picture,
    byColumn(picture, (column) => 7 + Math.floor(column / 75)),
  );
  expect([shown.height, shown.width]).toEqual([75, 225]);
  const light = 0.299 * 200 + 0.587 * 100 + 0.114 * 50;
  const mixed = (color: number[], gray: number) => color.map((byte) => Math.round(0.6 * byte + 0.4 * gray));
  // The ends and the middle of the colors: the least value is 7, the largest 9.
  expect([0, 75, 224].map((column) => colorAt(shown, 74, column))).toEqual([
    mixed([0x00, 0x00, 0x04], 0),
    mixed([0xbc, 0x37, 0x54], 255),
    mixed([0xfc, 0xff, 0xa4], light),
  ]);
});

it('lies over a small picture by whole pixels, also over a gray one; a map that is the same everywhere is dark', () => {
  const picture = { data: Uint8Array.of(0, 100), height: 1, width: 2 };
  const shown = heatMapOver(picture, { height: 2, width: 2, values: [3, 3, 3, 3] });
  expect([0, 111, 112, 223].map((column) => colorAt(shown, 0, column)[0])).toEqual([0, 0, 40, 40]);
});

it('is brightest where a coarse map is largest', () => {
  const black = { data: new Uint8Array(32 * 32), height: 32, width: 32 };
  const shown = heatMapOver(black, { height: 2, width: 2, values: [-1, 0, 0, 2] });
  const red = (y: number, x: number) => colorAt(shown, y, x)[0]!;
  const [low, high] = [infernoAt(0), infernoAt(1)].map((color) => Math.round(0.6 * color[0]!));
  expect([Math.min(...shown.data.subarray(0, 224 ** 2)), Math.max(...shown.data.subarray(0, 224 ** 2))]).toEqual([
    low,
    high,
  ]);
  expect(red(0, 0)).toBeLessThan(red(0, 223));
  expect(red(0, 223)).toBe(red(223, 0));
  expect(red(223, 0)).toBeLessThan(red(223, 223));
});

it('gets lighter with the map all the way, so that it reads without colors', () => {
  const black = { data: new Uint8Array(224 * 224), height: 224, width: 224 };
  const shown = heatMapOver(
    black,
    byColumn(black, (column) => Math.floor(column / 4)),
  );
  const lights = Array.from({ length: 224 }, (_, column) => {
    const [red, green, blue] = colorAt(shown, 0, column);
    return 0.299 * red! + 0.587 * green! + 0.114 * blue!;
  });
  expect(lights).toEqual([...lights].sort((a, b) => a - b));
  expect(lights.at(-1)! - lights[0]!).toBeGreaterThan(140);
});

it('shows small pictures enlarged by a whole factor and large ones as they are', () => {
  expect(shownSize({ height: 32, width: 32 })).toEqual({ height: 224, width: 224 });
  expect(shownSize({ height: 100, width: 100 })).toEqual({ height: 300, width: 300 });
  expect(shownSize({ height: 320, width: 320 })).toEqual({ height: 320, width: 320 });
});
