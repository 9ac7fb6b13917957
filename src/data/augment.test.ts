import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../random/index.ts';
import { cropFlip, sampleCropFlip } from './augment.ts';
import { toInterleaved } from './images.ts';

/** Pads, mirrors and crops in three separate passes over nested arrays. */
function slowCropFlip(plane: number[][], padding: number, top: number, left: number, flip: boolean): number[][] {
  const height = plane.length;
  const width = plane[0]!.length;
  const padded = Array.from({ length: height + 2 * padding }, (_, y) =>
    Array.from({ length: width + 2 * padding }, (_, x) => plane[y - padding]?.[x - padding] ?? 0),
  );
  const cropped = padded.slice(top, top + height).map((row) => row.slice(left, left + width));
  return flip ? cropped.map((row) => row.toReversed()) : cropped;
}

describe('cropFlip', () => {
  it('equals padding, cropping and mirroring done one after the other, for any shape', () => {
    const cases = fc.record({
      channels: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 1, max: 6 }),
      width: fc.integer({ min: 1, max: 6 }),
      padding: fc.integer({ min: 0, max: 7 }),
      flip: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ channels, height, width, padding, flip, seed }) => {
        const random = stream(seed, 'test');
        const planes = Array.from({ length: channels }, () =>
          Array.from({ length: height }, () => Array.from({ length: width }, () => 1 + random.integer(255))),
        );
        const top = random.integer(2 * padding + 1);
        const left = random.integer(2 * padding + 1);
        const image = Uint8Array.from(planes.flat(2));
        const untouched = image.slice();
        const got = cropFlip(image, { channels, height, width }, { top, left, flip }, padding);
        expect([...got]).toEqual(planes.map((plane) => slowCropFlip(plane, padding, top, left, flip)).flat(2));
        expect(image).toEqual(untouched);
        const spec = { channels, height, width };
        const inTurn = cropFlip(toInterleaved(image, channels), spec, { top, left, flip }, padding, undefined, 'NHWC');
        expect(inTurn).toEqual(toInterleaved(got, channels));
      }),
    );
  });

  it('shifts a 2x2 image by hand', () => {
    const image = Uint8Array.of(1, 2, 3, 4);
    const shape = { channels: 1, height: 2, width: 2 };
    expect([...cropFlip(image, shape, { top: 0, left: 1, flip: false }, 1)]).toEqual([0, 0, 1, 2]);
    expect([...cropFlip(image, shape, { top: 1, left: 1, flip: true }, 1)]).toEqual([2, 1, 4, 3]);
  });
});

describe('sampleCropFlip', () => {
  it('draws every corner equally often and mirrors half of the images', () => {
    const random = stream(0, 'test');
    const counts = new Array<number>(81).fill(0);
    let flips = 0;
    const draws = 81 * 400;
    for (let i = 0; i < draws; i++) {
      const { top, left, flip } = sampleCropFlip(random, { padding: 4, flip: true });
      counts[top * 9 + left]!++;
      if (flip) flips++;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(chiSquare).toBeLessThan(124.8); // the 0.999 quantile for 80 degrees of freedom
    expect(Math.abs(flips / draws - 0.5)).toBeLessThan(0.01);
  });

  it('never mirrors where flip is off, and draws the same crop as where it is on', () => {
    for (let seed = 0; seed < 50; seed++) {
      const off = sampleCropFlip(stream(seed), { padding: 4, flip: false });
      const on = sampleCropFlip(stream(seed), { padding: 4, flip: true });
      expect(off).toEqual({ ...on, flip: false });
    }
  });
});
