/** Pictures with a map over them, as colors from dark (least) over red to yellow (most). */
import type { Size } from '../geometry/index.ts';
import { shownMap } from '../metrics/index.ts';
import type { Pixels } from './picture-grid.ts';

/** Matplotlib's `inferno` at every eighth: its lightness grows evenly, so that color-blind eyes and gray prints read it. */
const inferno = [
  [0x00, 0x00, 0x04],
  [0x21, 0x0c, 0x4a],
  [0x57, 0x10, 0x6e],
  [0x8a, 0x22, 0x6a],
  [0xbc, 0x37, 0x54],
  [0xe4, 0x5a, 0x31],
  [0xf9, 0x8e, 0x09],
  [0xf9, 0xcb, 0x35],
  [0xfc, 0xff, 0xa4],
] as const;

/** How much of a pixel is the map's color; the rest is the picture, without its own colors. */
const opacity = 0.6;

/** Sides below which pictures are shown enlarged. */
const leastSide = 224;

/** A picture's size as it is shown: enlarged by a whole factor where it is small, so that its pixels stay squares. */
export function shownSize({ height, width }: Size): Size {
  const factor = Math.ceil(leastSide / Math.max(height, width));
  return { height: height * factor, width: width * factor };
}

/**
 * A picture with a network's map over it, at {@link shownSize}.
 *
 * @param map of any size, row by row; its least value is shown dark, its largest bright, whatever they are
 */
export function heatMapOver(picture: Pixels, map: Size & { values: ArrayLike<number> }): Pixels {
  const { height, width } = shownSize(picture);
  const values = shownMap(map, { height, width });
  const plane = height * width;
  const data = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    const y = Math.floor((Math.floor(i / width) * picture.height) / height);
    const x = Math.floor(((i % width) * picture.width) / width);
    const light = lightAt(picture, y * picture.width + x);
    const color = infernoAt(values[i]!);
    for (let c = 0; c < 3; c++) data[c * plane + i] = Math.round(opacity * color[c]! + (1 - opacity) * light);
  }
  return { data, height, width };
}

/** How light a pixel looks: its luma (ITU-R BT.601), or its only value. */
function lightAt({ data, height, width }: Pixels, place: number): number {
  const plane = height * width;
  if (data.length === plane) return data[place]!;
  return 0.299 * data[place]! + 0.587 * data[plane + place]! + 0.114 * data[2 * plane + place]!;
}

/** The color of a value in 0..1, as bytes of red, green and blue. */
export function infernoAt(value: number): readonly number[] {
  const place = Math.min(Math.max(value, 0), 1) * (inferno.length - 1);
  const below = Math.min(Math.floor(place), inferno.length - 2);
  const [from, to] = [inferno[below]!, inferno[below + 1]!];
  return from.map((byte, c) => byte + (to[c]! - byte) * (place - below));
}
