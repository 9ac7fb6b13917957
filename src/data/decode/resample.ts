import type { Size } from '../../geometry/index.ts';
import type { PicturePlan, Rectangle } from './picture-plan.ts';

/** For each pixel of the result along one axis: the input pixels it is the weighted mean of. */
export interface Taps {
  /** The input pixels that are needed at all. */
  start: number;
  length: number;
  /** The first of each pixel's neighbors, counted from `start`. */
  first: Int32Array;
  /** As many weights for each pixel, in units of 2^-22. */
  weights: Int32Array;
}

/** Taps of both axes. */
export interface Resampling {
  horizontal: Taps;
  vertical: Taps;
}

const weightBits = 22;
const half = 1 << (weightBits - 1);

/**
 * How to resize `plan.box` and keep `plan.window`: Pillow's bilinear filter (Resample.c), a triangle that is as wide as
 * the pixels of the result are, so that shrinking averages: torchvision's `antialias=True`. Nothing outside of the box
 * shows through, as where the box is cut out before it is resized.
 *
 * @param denominator of the picture that is at hand: 2 where it was decoded at half its size
 */
export function resamplingOf({ box, resized, window }: PicturePlan, denominator = 1): Resampling {
  return {
    horizontal: taps(box.left, box.width, resized.width, window.left, window.width, denominator),
    vertical: taps(box.top, box.height, resized.height, window.top, window.height, denominator),
  };
}

function taps(
  boxStart: number,
  boxLength: number,
  resized: number,
  windowStart: number,
  windowLength: number,
  denominator: number,
): Taps {
  const low = Math.floor(boxStart / denominator);
  const limit = Math.ceil((boxStart + boxLength) / denominator) - low;
  const offset = boxStart / denominator - low;
  const scale = boxLength / denominator / resized;
  const support = Math.max(scale, 1);
  const centerOf = (i: number) => offset + (windowStart + i + 0.5) * scale;
  const fromOf = (i: number) => Math.max(0, Math.floor(centerOf(i) - support + 0.5));
  const toOf = (i: number) => Math.min(limit, Math.floor(centerOf(i) + support + 0.5));

  const start = fromOf(0);
  const length = toOf(windowLength - 1) - start;
  // As many taps for every pixel, some of weight zero; near the end these come first.
  let count = 0;
  for (let i = 0; i < windowLength; i++) count = Math.max(count, toOf(i) - fromOf(i));
  const first = new Int32Array(windowLength);
  const weights = new Int32Array(windowLength * count);
  const heights = new Float64Array(count);
  for (let i = 0; i < windowLength; i++) {
    const center = centerOf(i) - start;
    first[i] = Math.min(fromOf(i) - start, length - count);
    const from = fromOf(i) - start - first[i]!;
    const to = toOf(i) - start - first[i]!;
    let sum = 0;
    for (let tap = from; tap < to; tap++) {
      heights[tap] = Math.max(0, 1 - Math.abs((first[i]! + tap + 0.5 - center) / support));
      sum += heights[tap]!;
    }
    for (let tap = from; tap < to; tap++) {
      weights[i * count + tap] = Math.floor((heights[tap]! / sum) * (1 << weightBits) + 0.5);
    }
  }
  return { start: low + start, length, first, weights };
}

/** The part of the picture that the taps refer to. */
export function regionOf({ horizontal, vertical }: Resampling): Rectangle {
  return { left: horizontal.start, top: vertical.start, width: horizontal.length, height: vertical.length };
}

/**
 * Resamples a picture in memory: in width, rounded to bytes, then in height, as Pillow does it. The addon does the same
 * to the rows of a JPEG, to the bit.
 *
 * @param pixels of the whole picture, red, green and blue in turn
 * @param target gets planes of red, green and blue
 */
export function resample(
  pixels: Uint8Array,
  picture: Size,
  { horizontal, vertical }: Resampling,
  target: Uint8Array,
): void {
  const width = horizontal.first.length;
  const narrowed = new Uint8Array(3 * vertical.length * width);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < vertical.length; y++) {
      const row = ((vertical.start + y) * picture.width + horizontal.start) * 3 + channel;
      resampleLine(pixels, row, 3, horizontal, narrowed, (channel * vertical.length + y) * width, 1);
    }
    const plane = channel * vertical.length * width;
    const result = channel * vertical.first.length * width;
    for (let x = 0; x < width; x++) resampleLine(narrowed, plane + x, width, vertical, target, result + x, width);
  }
}

/** Resamples a row or a column, whose pixels are a stride apart, to another one. */
function resampleLine(
  source: Uint8Array,
  start: number,
  stride: number,
  { first, weights }: Taps,
  target: Uint8Array,
  targetStart: number,
  targetStride: number,
): void {
  const count = weights.length / first.length;
  for (let i = 0; i < first.length; i++) {
    let sum = half;
    for (let tap = 0, from = start + first[i]! * stride; tap < count; tap++, from += stride) {
      sum += source[from]! * weights[i * count + tap]!;
    }
    target[targetStart + i * targetStride] = Math.min(255, sum >> weightBits);
  }
}
