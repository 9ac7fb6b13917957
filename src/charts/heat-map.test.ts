import { expect, it } from 'vitest';
import { heatMapOver, shownSize } from './heat-map.ts';

const size = { height: 1, width: 3 };

/** Red, green and blue of each pixel. */
const colorsOf = (data: Uint8Array) => {
  const plane = data.length / 3;
  return Array.from({ length: plane }, (_, i) => [0, 1, 2].map((c) => data[c * plane + i]!));
};

it('is three fifths the color of the map and two fifths the picture without its colors', () => {
  const picture = { data: Uint8Array.of(0, 255, 200, 0, 255, 100, 0, 255, 50), ...size };
  const { data } = heatMapOver(picture, Float32Array.of(0, 0.5, 1), size);
  const light = 0.299 * 200 + 0.587 * 100 + 0.114 * 50;
  const mixed = (color: number[], gray: number) => color.map((byte) => Math.round(0.6 * byte + 0.4 * gray));
  expect(colorsOf(data)).toEqual([
    mixed([0x00, 0x00, 0x04], 0),
    mixed([0xbc, 0x37, 0x54], 255),
    mixed([0xfc, 0xff, 0xa4], light),
  ]);
});

it('lies over a small picture by whole pixels, also over a gray one', () => {
  const shown = { height: 2, width: 4 };
  const { data } = heatMapOver({ data: Uint8Array.of(0, 100), height: 1, width: 2 }, new Float32Array(8), shown);
  expect(colorsOf(data).map(([red]) => red)).toEqual([0, 0, 40, 40, 0, 0, 40, 40]);
});

it('gets lighter with the map all the way, so that it reads without colors', () => {
  const steps = 101;
  const range = { height: 1, width: steps };
  const black = { data: new Uint8Array(steps), ...range };
  const { data } = heatMapOver(
    black,
    Float32Array.from({ length: steps }, (_, i) => i / (steps - 1)),
    range,
  );
  const lights = colorsOf(data).map(([red, green, blue]) => 0.299 * red! + 0.587 * green! + 0.114 * blue!);
  expect(lights).toEqual([...lights].sort((a, b) => a - b));
  expect(lights.at(-1)! - lights[0]!).toBeGreaterThan(140);
});

it('shows small pictures enlarged by a whole factor and large ones as they are', () => {
  expect(shownSize({ height: 32, width: 32 })).toEqual({ height: 224, width: 224 });
  expect(shownSize({ height: 100, width: 100 })).toEqual({ height: 300, width: 300 });
  expect(shownSize({ height: 320, width: 320 })).toEqual({ height: 320, width: 320 });
});
