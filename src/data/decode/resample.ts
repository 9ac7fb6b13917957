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
 * How to resize `plan.box`, keep `plan.window` and mirror it: Pillow's bilinear filter (Resample.c), a triangle that is as
 * wide as the pixels of the result are, so that shrinking averages: torchvision's `antialias=True`. Nothing outside of the
 * box shows through, as where the box is cut out before it is resized.
 *
 * @param plan `flip` mirrors left to right, `flipDown` top to bottom (default false): the taps come in the other order
 * @param denominator of the picture that is at hand: 2 where it was decoded at half its size
 */
export function resamplingOf(
  { box, resized, window, flip, flipDown = false }: PicturePlan & { flipDown?: boolean },
  denominator = 1,
): Resampling {
  const horizontal = taps(box.left, box.width, resized.width, window.left, window.width, denominator);
  const vertical = taps(box.top, box.height, resized.height, window.top, window.height, denominator);
  return {
    horizontal: flip ? reversed(horizontal) : horizontal,
    vertical: flipDown ? reversed(vertical) : vertical,
  };
}

function reversed({ start, length, first, weights }: Taps): Taps {
  const count = weights.length / first.length;
  const mirrored = new Int32Array(weights.length);
  for (let i = 0; i < first.length; i++) {
    mirrored.set(weights.subarray(i * count, (i + 1) * count), (first.length - 1 - i) * count);
  }
  return { start, length, first: first.toReversed(), weights: mirrored };
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
 * to the rows of a JPEG, to the bit. Pixels are red, green and blue in turn, before and after.
 *
 * @param pixels of the whole picture
 * @param target gets as many rows and columns as there are taps
 */
export function resample(
  pixels: Uint8Array,
  picture: Size,
  { horizontal, vertical }: Resampling,
  target: Uint8Array,
): void {
  const rowBytes = 3 * horizontal.first.length;
  const narrowed = new Uint8Array(vertical.length * rowBytes);
  for (let y = 0; y < vertical.length; y++) {
    const row = 3 * ((vertical.start + y) * picture.width + horizontal.start);
    resampleRow(pixels.subarray(row, row + 3 * horizontal.length), horizontal, narrowed, y * rowBytes);
  }
  resampleColumns(narrowed, rowBytes, vertical, target);
}

function resampleRow(row: Uint8Array, { first, weights }: Taps, target: Uint8Array, start: number): void {
  const count = weights.length / first.length;
  for (let x = 0, tap = 0, end = start; x < first.length; x++) {
    let red = half;
    let green = half;
    let blue = half;
    for (let i = 0, from = 3 * first[x]!; i < count; i++, from += 3) {
      const weight = weights[tap++]!;
      red += row[from]! * weight;
      green += row[from + 1]! * weight;
      blue += row[from + 2]! * weight;
    }
    target[end++] = toByte(red);
    target[end++] = toByte(green);
    target[end++] = toByte(blue);
  }
}

function resampleColumns(rows: Uint8Array, rowBytes: number, { first, weights }: Taps, target: Uint8Array): void {
  const count = weights.length / first.length;
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < first.length; y++) {
    sums.fill(half);
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap]!;
      const from = (first[y]! + tap) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sums[i]! += rows[from + i]! * weight;
    }
    for (let i = 0; i < rowBytes; i++) target[y * rowBytes + i] = toByte(sums[i]!);
  }
}

/** Weights are not negative and add up to 1 (and a rounding error): only 256 has to be kept out. */
function toByte(sum: number): number {
  return Math.min(255, sum >> weightBits);
}
