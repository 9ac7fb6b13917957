import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Batch } from '../data/index.ts';
import { cutmix, entryOf } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import { drawMixedBatch } from './mixed-batch-picture.ts';

const side = 16;
const random = stream(5);
const batch: Batch = {
  images: Uint8Array.from({ length: 10 * 3 * side * side }, () => random.integer(256)),
  labels: Int32Array.from({ length: 10 }, (_, n) => n % 2),
  indices: Int32Array.from({ length: 10 }, (_, n) => n),
  shape: [10, 3, side, side],
  step: 0,
};
const classes = ['cat & dog', '<bird>'];

/** Byte (c, y, x) of image n. */
const pixelOf = (n: number, c: number, y: number, x: number) => batch.images[((n * 3 + c) * side + y) * side + x]!;

it.each(['batch', 'sample'] as const)(
  'shows each image, its partner, and the mixture: the partner in the box and itself outside (box per %s)',
  async (granularity) => {
    const plan = cutmix({ granularity }).sample({ batch: 10, height: side, width: side }, stream(2))!;
    const png = await drawMixedBatch(batch, plan, classes);
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    // Eight columns and three rows of 128 pixels with 8 between and around them, and two lines of text.
    expect([info.width, info.height]).toEqual([8 + 8 * 136, 8 + 3 * 136 + 44]);
    let pasted = 0;
    // From the second on: the first column carries the names of the rows.
    for (let n = 1; n < 8; n++) {
      const box = entryOf(plan.boxes, n);
      const partner = plan.permutation[n]!;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const inside = x >= box.x1 && x < box.x2 && y >= box.y1 && y < box.y2;
          if (inside) pasted++;
          for (const [row, source] of [n, partner, inside ? partner : n].entries()) {
            // The middle of the 8 x 8 square that stands for a pixel, which no outline reaches.
            const at = (8 + row * 136 + y * 8 + 4) * info.width + 8 + n * 136 + x * 8 + 4;
            const shown = [...data.subarray(at * 3, at * 3 + 3)];
            const expected = [0, 1, 2].map((c) => pixelOf(source, c, y, x));
            if (shown.join() !== expected.join())
              expect({ n, row, y, x, shown }).toEqual({ n, row, y, x, shown: expected });
          }
        }
      }
    }
    expect(pasted).toBeGreaterThan(0);
  },
);
