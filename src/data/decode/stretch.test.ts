import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../random/index.ts';
import { sampleStretchedCrop, stretch } from './stretch.ts';

const picture = { width: 500, height: 375 };

describe('stretch', () => {
  it('makes a picture of any shape 256 x 256 and keeps the middle 224 x 224, as the paper measures localization', () => {
    const plan = stretch(picture);
    expect(plan).toEqual({
      box: { left: 0, top: 0, width: 500, height: 375 },
      resized: { width: 256, height: 256 },
      window: { left: 16, top: 16, width: 224, height: 224 },
      flip: false,
    });
    expect(stretch({ width: 30, height: 700 })).toEqual({ ...plan, box: { left: 0, top: 0, width: 30, height: 700 } });
  });

  it('takes other sizes in the same proportion, rounded down, or the side that is given', () => {
    expect(stretch(picture, { size: 65 }).resized).toEqual({ width: 74, height: 74 });
    expect(stretch(picture, { size: 65 }).window.left).toBe(4);
    expect(stretch(picture, { size: 32, side: 32 }).window).toEqual({ left: 0, top: 0, width: 32, height: 32 });
    expect(() => stretch(picture, { side: 200 })).toThrow('expected side to be at least the size, 224, got 200');
  });
});

describe('sampleStretchedCrop', () => {
  it('takes every place in the square equally often, and mirrors half', () => {
    const places = new Map<string, number>();
    let flips = 0;
    for (let seed = 0; seed < 9000; seed++) {
      const { window, flip, resized, box } = sampleStretchedCrop(picture, stream(seed), { size: 70, side: 72 });
      expect([resized.width, resized.height, box.width, box.height]).toEqual([72, 72, 500, 375]);
      const place = `${window.left} ${window.top}`;
      places.set(place, (places.get(place) ?? 0) + 1);
      if (flip) flips++;
    }
    expect([...places.keys()].sort()).toEqual(['0 0', '0 1', '0 2', '1 0', '1 1', '1 2', '2 0', '2 1', '2 2']);
    for (const count of places.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(Math.abs(flips / 9000 - 0.5)).toBeLessThan(0.02);
  });

  it('draws the same part whatever else is varied', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const plan = sampleStretchedCrop(picture, stream(seed));
        const { color, ...colored } = sampleStretchedCrop(picture, stream(seed), { color: {} });
        expect(colored).toEqual(plan);
        expect(color).toBeDefined();
        expect(sampleStretchedCrop(picture, stream(seed), { flip: false })).toEqual({ ...plan, flip: false });
      }),
    );
  });
});
