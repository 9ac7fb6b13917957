import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../geometry/index.ts';
import { stream } from '../../random/index.ts';
import { augmentImage } from '../augment.ts';
import { centerCrop } from './center-crop.ts';
import { mapBox, unmapBox } from './map-box.ts';
import { type View, wholeView } from './picture-plan.ts';
import { sampleTrainingCrop } from './training-crop.ts';

/** The part from (100, 50) on, 200 x 100 pixels, shown at half the size, and of that the columns 10 to 90. */
const view: View = {
  picture: { width: 400, height: 300 },
  box: { left: 100, top: 50, width: 200, height: 100 },
  resized: { width: 100, height: 50 },
  window: { left: 10, top: 0, width: 80, height: 50 },
  flip: false,
};

describe('a box by hand', () => {
  it('is cropped and resized with the picture', () => {
    expect(mapBox([140, 60, 160, 80], view)).toEqual([10, 5, 20, 15]);
  });

  it('is mirrored with it', () => {
    expect(mapBox([140, 60, 160, 80], { ...view, flip: true })).toEqual([60, 5, 70, 15]);
  });

  it('is clipped to what is shown, and nothing where nothing is', () => {
    expect(mapBox([0, 0, 400, 300], view)).toEqual([0, 0, 80, 50]);
    expect(mapBox([100, 60, 130, 80], view)).toEqual([0, 5, 5, 15]);
    expect(mapBox([100, 60, 120, 80], view)).toBeUndefined();
    expect(mapBox([140, 0, 160, 50], view)).toBeUndefined();
  });

  it('is cut off where padding begins: at the end of the image, or of the part that was taken of the picture', () => {
    const padded = { ...wholeView({ width: 8, height: 8 }), window: { left: -2, top: 3, width: 8, height: 8 } };
    expect(mapBox([0, 0, 8, 8], padded)).toEqual([2, 0, 8, 5]);
    // Nothing of a picture is outside of itself, though a box may be drawn so.
    expect(mapBox([-1, 4, 2, 9], padded)).toEqual([2, 1, 4, 5]);
    // 12 x 8 pixels of which the middle 8 x 8 were taken, then moved by two: the left four columns are not in the image.
    const wide: View = {
      ...wholeView({ width: 12, height: 8 }),
      window: { left: 0, top: 0, width: 8, height: 8 },
      shown: { left: 2, top: 0, width: 8, height: 8 },
    };
    expect(mapBox([0, 0, 2, 8], wide)).toBeUndefined();
    expect(mapBox([1, 1, 3, 3], wide)).toEqual([2, 1, 3, 3]);
  });
});

/** The smallest box around the pixels that are 255. */
function brightBox(image: Uint8Array, width: number): Box | undefined {
  const bright = [...image.keys()].filter((i) => image[i] === 255);
  if (bright.length === 0) return undefined;
  const columns = bright.map((i) => i % width);
  const rows = bright.map((i) => Math.floor(i / width));
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
}

describe('a box that is mapped', () => {
  const cases = fc.record({
    width: fc.integer({ min: 2, max: 9 }),
    height: fc.integer({ min: 2, max: 9 }),
    padding: fc.integer({ min: 0, max: 11 }),
    seed: fc.nat(),
  });

  it('is around the pixels that it was around, in every padded, cropped and mirrored image', () => {
    fc.assert(
      fc.property(cases, ({ width, height, padding, seed }) => {
        const random = stream(seed, 'box');
        const [x1, y1] = [random.integer(width), random.integer(height)];
        const box: Box = [x1, y1, x1 + 1 + random.integer(width - x1), y1 + 1 + random.integer(height - y1)];
        const image = new Uint8Array(width * height).map((_, i) => {
          const [x, y] = [i % width, Math.floor(i / width)];
          return x >= box[0] && x < box[2] && y >= box[1] && y < box[3] ? 255 : 1;
        });
        const target = new Uint8Array(image.length);
        const spec = { channels: 1, height, width };
        const varied = augmentImage(image, spec, 'NCHW', { padding, flip: true }, random, target);
        expect(mapBox(box, { ...wholeView(spec), ...varied })).toEqual(brightBox(target, width));
      }),
      { numRuns: 300 },
    );
  });

  it('comes back by unmapBox, but for what was clipped', () => {
    const sizes = fc.record({ width: fc.integer({ min: 8, max: 500 }), height: fc.integer({ min: 8, max: 500 }) });
    fc.assert(
      fc.property(sizes, fc.nat(), (picture, seed) => {
        const random = stream(seed);
        const plan = seed % 2 === 0 ? sampleTrainingCrop(picture, random, { size: 64 }) : centerCrop(picture);
        const shown = { ...plan, picture };
        const [x, y] = [picture.width * random.uniform(), picture.height * random.uniform()];
        const box: Box = [x, y, x + picture.width / 3, y + picture.height / 3];
        const mapped = mapBox(box, shown);
        const all = unmapBox([0, 0, plan.window.width, plan.window.height], shown);
        const part = [
          Math.max(box[0], all[0]),
          Math.max(box[1], all[1]),
          Math.min(box[2], all[2]),
          Math.min(box[3], all[3]),
        ];
        if (mapped === undefined) {
          expect(part[0]! < part[2]! - 1e-9 && part[1]! < part[3]! - 1e-9).toBe(false);
        } else {
          unmapBox(mapped, shown).forEach((value, i) => {
            expect(value).toBeCloseTo(part[i]!, 8);
          });
        }
      }),
    );
  });
});
