import type { Size } from '../geometry/index.ts';
import {
  checkOption,
  choice,
  integer,
  type Kind,
  kind,
  type OptionsOf,
  option,
  resolveOptions,
} from '../options/index.ts';

/** Of a map, in pixels: more is a mistake, and would not fit into memory as a square. */
const largestSide = 32_768;

/** The size of a map, which must be said, among the options of a function that takes one. */
export const mapSize = {
  height: option(integer({ min: 0, guard: largestSide }), {
    description: 'rows of the map',
    otherwise: 'must be given',
  }),
  width: option(integer({ min: 0, guard: largestSide }), {
    description: 'columns of the map',
    otherwise: 'must be given',
  }),
};

const side = integer({ min: 1, guard: largestSide });

const sizeKind: Kind<Size> = kind(
  '{ height, width } of at least 1',
  { type: 'object', properties: { height: side.schema, width: side.schema }, required: ['height', 'width'] },
  (value) => {
    const { height, width } = Object(value) as Partial<Size>;
    return side.accepts(height) && side.accepts(width);
  },
);

/** @throws where a map is no [height, width] of finite numbers */
export function checkMap(name: string, map: ArrayLike<number>, { height, width }: Size): void {
  const isSize = [height, width].every((one) => Number.isSafeInteger(one) && one >= 1);
  if (!isSize || map.length !== height * width) {
    throw new Error(`${name}: expected a map [${height}, ${width}], row by row, got ${map.length} values`);
  }
  for (let i = 0; i < map.length; i++) {
    if (Number.isFinite(map[i]!)) continue;
    const place = `row ${Math.floor(i / width)}, column ${i % width}`;
    throw new Error(`${name}: expected finite values, got ${map[i]} in ${place}`);
  }
}

/** The smallest and the largest value of a map. */
export function rangeOf(map: Float32Array): { least: number; most: number } {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < map.length; i++) {
    if (map[i]! < least) least = map[i]!;
    if (map[i]! > most) most = map[i]!;
  }
  return { least, most };
}

/**
 * A map with its least value at 0 and its largest at 1, the others in proportion. A constant map becomes zeros, as in
 * wsolevaluation: it points nowhere.
 *
 * @param map of any shape
 * @returns a new one of that shape, of values in 0..1
 * @throws where it is empty, or a value is NaN or infinite
 */
export function normalizeMap(map: Float32Array): Float32Array {
  checkMap('normalizeMap', map, { height: 1, width: map.length });
  const { least, most } = rangeOf(map);
  const normalized = new Float32Array(map.length);
  if (least === most) return normalized;
  for (let i = 0; i < map.length; i++) normalized[i] = (map[i]! - least) / (most - least);
  return normalized;
}

const resizeMethods = ['bicubic', 'bilinear'] as const;

const resizeMapOptions = {
  /** The size of the map, in pixels. */
  from: option(sizeKind, { description: 'the size of the map', otherwise: 'must be given' }),
  /** The size wanted, in pixels. */
  to: option(sizeKind, { description: 'the size wanted', otherwise: 'must be given' }),
  /** The interpolation. Default `bicubic`. */
  method: option(choice(resizeMethods), { default: 'bicubic', description: 'the interpolation' }),
};

export type ResizeMapOptions = { from: Size; to: Size } & OptionsOf<typeof resizeMapOptions>;

/** For each place along an axis the places it is made of, and how much of each. */
interface Taps {
  count: number;
  places: Int32Array;
  weights: Float64Array;
}

/**
 * A map made larger or smaller. Pixels are squares with their value at the center; beyond the border the outermost value
 * goes on. `bicubic` is Keys's kernel with a = -0.75, as OpenCV's INTER_CUBIC and PyTorch's `bicubic` without aligned
 * corners; it may overshoot the range of the map. Neither method smooths before it makes a map smaller.
 *
 * @param map [from.height, from.width], row by row
 * @returns [to.height, to.width], row by row
 * @throws where a size does not fit, or a value is NaN or infinite
 */
export function resizeMap(map: Float32Array, options: ResizeMapOptions): Float32Array {
  const { method } = resolveOptions('resizeMap', resizeMapOptions, options);
  const { from, to } = options;
  for (const [name, size] of Object.entries({ from, to })) checkOption('resizeMap', name, sizeKind, size);
  checkMap('resizeMap', map, from);
  const [across, down] = [tapsOf(from.width, to.width, method), tapsOf(from.height, to.height, method)];
  const wide = new Float64Array(from.height * to.width);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < to.width; x++) {
      let sum = 0;
      for (let tap = x * across.count; tap < (x + 1) * across.count; tap++) {
        sum += across.weights[tap]! * map[y * from.width + across.places[tap]!]!;
      }
      wide[y * to.width + x] = sum;
    }
  }
  const resized = new Float32Array(to.height * to.width);
  const row = new Float64Array(to.width);
  for (let y = 0; y < to.height; y++) {
    row.fill(0);
    for (let tap = y * down.count; tap < (y + 1) * down.count; tap++) {
      const weight = down.weights[tap]!;
      const start = down.places[tap]! * to.width;
      for (let x = 0; x < to.width; x++) row[x]! += weight * wide[start + x]!;
    }
    resized.set(row, y * to.width);
  }
  return resized;
}

/**
 * A network's map at the size of an image, in 0..1, as boxes are made of it and as it is drawn: resized by bicubic
 * interpolation, then its least value at 0 and its largest at 1. The CutMix paper states neither; this is what the code of
 * Choe et al. 2020 (clovaai/wsolevaluation, `inference.py`) does, in its order: bicubic interpolation overshoots, so that a
 * map that was normalized first would leave 0..1.
 *
 * @param map its values row by row, and its own size
 * @param to the image's size
 * @returns [to.height, to.width], row by row
 * @throws as {@link resizeMap}
 */
export function shownMap({ values, ...from }: Size & { values: ArrayLike<number> }, to: Size): Float32Array {
  const map = values instanceof Float32Array ? values : Float32Array.from(values);
  return normalizeMap(resizeMap(map, { from, to: { height: to.height, width: to.width }, method: 'bicubic' }));
}

function tapsOf(from: number, to: number, method: (typeof resizeMethods)[number]): Taps {
  const [reach, kernel] = method === 'bicubic' ? [2, cubic] : [1, triangle];
  const count = 2 * reach;
  const places = new Int32Array(to * count);
  const weights = new Float64Array(to * count);
  for (let i = 0; i < to; i++) {
    const center = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(center) - reach + 1;
    for (let k = 0; k < count; k++) {
      places[i * count + k] = Math.min(Math.max(first + k, 0), from - 1);
      weights[i * count + k] = kernel(Math.abs(first + k - center));
    }
  }
  return { count, places, weights };
}

const triangle = (distance: number): number => Math.max(0, 1 - distance);

/** Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4, with a = -0.75. */
function cubic(distance: number): number {
  const a = -0.75;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance ** 2 + 1;
  if (distance < 2) return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
  return 0;
}
