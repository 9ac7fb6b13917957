import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../geometry/index.ts';
import { stream } from '../../random/index.ts';
import { toPlanes } from '../images.ts';
import { type ColorPlan, sampleColor } from './color.ts';
import { decodeImage } from './decode-image.ts';
import type { PicturePlan } from './picture-plan.ts';
import { resamplingOf, type Taps } from './resample.ts';
import { sampleTrainingCrop } from './training-crop.ts';

/**
 * What pictures become, once more and plainly: one channel after the other as a table of rows, cut out, resized in width and
 * in height with whole numbers, mirrored, and colored by the matrix of each step.
 */
type Plane = readonly (readonly number[])[];

const line = (values: readonly number[], { start, first, weights }: Taps): number[] => {
  const count = weights.length / first.length;
  return Array.from(first, (from, i) => {
    let sum = 2 ** 21;
    for (let tap = 0; tap < count; tap++) sum += values[start + from + tap]! * weights[i * count + tap]!;
    return Math.min(255, Math.floor(sum / 2 ** 22));
  });
};

const transposed = (plane: Plane): Plane => plane[0]!.map((_, x) => plane.map((row) => row[x]!));

function shownPlane(plane: Plane, plan: PicturePlan): Plane {
  const { horizontal, vertical } = resamplingOf({ ...plan, flip: false });
  const narrowed = plane.map((row) => line(row, horizontal));
  const small = transposed(transposed(narrowed).map((column) => line(column, vertical)));
  return plan.flip ? small.map((row) => row.toReversed()) : small;
}

const gray = ([r, g, b]: readonly number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;

function colored(planes: readonly Plane[], { jitter, lighting }: ColorPlan): number[] {
  let colors = planes[0]!.flatMap((row, y) => row.map((_, x) => planes.map((plane) => plane[y]![x]!)));
  for (const { kind, factor } of jitter) {
    const mean = colors.reduce((sum, color) => sum + gray(color), 0) / colors.length;
    const other = { brightness: () => 0, contrast: () => mean, saturation: gray }[kind];
    colors = colors.map((color) => color.map((value) => factor * value + (1 - factor) * other(color)));
  }
  const lit = colors.map((color) => color.map((value, c) => value + 255 * lighting[c]!));
  return [0, 1, 2].flatMap((c) => lit.map((color) => Math.min(255, Math.max(0, color[c]!))));
}

const size: Size = { width: 61, height: 47 };
const noise = stream(4, 'planes');
const pixels = Uint8Array.from({ length: size.width * size.height * 3 }, () => noise.integer(256));
const png = await sharp(pixels, { raw: { ...size, channels: 3 } })
  .png()
  .toBuffer();
const planes = [0, 1, 2].map((channel) =>
  Array.from({ length: size.height }, (_, y) =>
    Array.from({ length: size.width }, (_, x) => pixels[(y * size.width + x) * 3 + channel]!),
  ),
);

describe('pixels in turn have the values that planes have', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('cropped, resized and mirrored as seed %i has it, to the bit', async (seed) => {
    const plan = sampleTrainingCrop(size, stream(seed), { size: 23, color: false });
    const target = new Uint8Array(23 * 23 * 3);
    expect(await decodeImage(png, () => plan, target)).toEqual({ ...plan, picture: size });
    expect([...toPlanes(target, 3)]).toEqual(planes.flatMap((plane) => shownPlane(plane, plan).flat()));
  });

  it.each([0, 1, 2, 3])('and colored, but for what rounds', async (seed) => {
    const plan = { ...sampleTrainingCrop(size, stream(seed), { size: 23 }), color: sampleColor(stream(seed)) };
    const target = new Uint8Array(23 * 23 * 3);
    await decodeImage(png, () => plan, target);
    const expected = colored(
      planes.map((plane) => shownPlane(plane, plan)),
      plan.color,
    );
    toPlanes(target, 3).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(0.5 + 1e-9);
    });
  });
});
