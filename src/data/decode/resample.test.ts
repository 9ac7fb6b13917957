import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../geometry/index.ts';
import { stream } from '../../random/index.ts';
import { type Rectangle, whole } from './picture-plan.ts';
import { resample, resamplingOf } from './resample.ts';

/** Resamples a gray picture, given as RGB, and returns one of the three equal channels. */
function resized(pixels: readonly number[], picture: Size, box: Rectangle, size: Size, window = whole(size)) {
  const rgb = Uint8Array.from(pixels.flatMap((value) => [value, value, value]));
  const target = new Uint8Array(3 * window.width * window.height);
  resample(rgb, picture, resamplingOf({ box, resized: size, window, flip: false }), target);
  const [red, green, blue] = [0, 1, 2].map((channel) => [...target].filter((_, i) => i % 3 === channel));
  expect(green).toEqual(red);
  expect(blue).toEqual(red);
  return red!;
}

/** A triangle filter, pixel by pixel in floating point; only the bytes between the passes are as in Pillow. */
function slowlyResized(pixels: readonly number[], picture: Size, box: Rectangle, size: Size): number[] {
  const cut = Array.from({ length: box.height }, (_, y) =>
    Array.from({ length: box.width }, (_, x) => pixels[(box.top + y) * picture.width + box.left + x]!),
  );
  const line = (values: readonly number[], length: number) => {
    const scale = values.length / length;
    const support = Math.max(1, scale);
    return Array.from({ length }, (_, i) => {
      const weights = values.map((_, k) => Math.max(0, 1 - Math.abs(k + 0.5 - (i + 0.5) * scale) / support));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return Math.round(values.reduce((sum, value, k) => sum + value * weights[k]!, 0) / total);
    });
  };
  const transposed = (rows: readonly number[][]) => rows[0]!.map((_, x) => rows.map((row) => row[x]!));
  const narrowed = cut.map((row) => line(row, size.width));
  return transposed(transposed(narrowed).map((column) => line(column, size.height))).flat();
}

const picture = { width: 7, height: 5 };
const pixels = Array.from({ length: 35 }, (_, i) => {
  const [x, y] = [i % 7, Math.floor(i / 7)];
  return (x * 37 + y * 91 + x * y * 13) % 256;
});

describe('resample', () => {
  it('gives the bytes of Pillow 9.4: Image.crop(box).resize(size, BILINEAR)', () => {
    expect(resized(pixels, picture, whole(picture), { width: 4, height: 3 })).toEqual([
      61, 128, 127, 163, 151, 142, 148, 140, 106, 125, 142, 131,
    ]);
    expect(resized(pixels, picture, { left: 1, top: 1, width: 5, height: 3 }, { width: 3, height: 5 })).toEqual([
      162, 184, 64, 162, 156, 124, 162, 115, 214, 140, 159, 150, 126, 188, 108,
    ]);
    expect(resized(pixels, picture, { left: 2, top: 0, width: 3, height: 5 }, { width: 6, height: 2 })).toEqual([
      121, 134, 159, 155, 122, 105, 99, 118, 156, 165, 145, 135,
    ]);
  });

  const sides = fc.record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) });
  const part = ({ width, height }: Size, random = stream(width, 'part', height)): Rectangle => {
    const size = { width: 1 + random.integer(width), height: 1 + random.integer(height) };
    return { left: random.integer(width - size.width + 1), top: random.integer(height - size.height + 1), ...size };
  };

  it('equals a filter written pixel by pixel, but for ties that round the other way', () => {
    fc.assert(
      fc.property(sides, sides, fc.nat(), (size, result, seed) => {
        const random = stream(seed);
        const values = Array.from({ length: size.width * size.height }, () => random.integer(256));
        const box = part(size, random);
        const got = resized(values, size, box, result);
        const expected = slowlyResized(values, size, box, result);
        got.forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('makes of a window what is in that window of the whole result', () => {
    fc.assert(
      fc.property(sides, sides, fc.nat(), (size, result, seed) => {
        const random = stream(seed);
        const values = Array.from({ length: size.width * size.height }, () => random.integer(256));
        const window = part(result, random);
        const all = resized(values, size, whole(size), result);
        const expected = all.filter((_, i) => {
          const [x, y] = [(i % result.width) - window.left, Math.floor(i / result.width) - window.top];
          return x >= 0 && x < window.width && y >= 0 && y < window.height;
        });
        expect(resized(values, size, whole(size), result, window)).toEqual(expected);
      }),
    );
  });

  it('keeps a constant picture constant, white included', () => {
    for (const value of [0, 1, 254, 255]) {
      const white = new Array<number>(35).fill(value);
      expect(new Set(resized(white, picture, whole(picture), { width: 3, height: 11 }))).toEqual(new Set([value]));
    }
  });
});
