/** Pictures with a map over them, as colors from dark (least) over red to yellow (most). */

import type { Pixels } from '../charts/picture-grid.ts';
import type { Size } from '../geometry/index.ts';

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
 * A picture with a map over it.
 *
 * @param map values in 0..1 at `size`, row by row
 * @param size a multiple of the picture's
 */
export function heatMapOver(picture: Pixels, map: Float32Array, { height, width }: Size): Pixels {
  const plane = height * width;
  const data = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    const y = Math.floor((Math.floor(i / width) * picture.height) / height);
    const x = Math.floor(((i % width) * picture.width) / width);
    const light = lightAt(picture, y * picture.width + x);
    const color = infernoAt(map[i]!);
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

function infernoAt(value: number): readonly number[] {
  const place = Math.min(Math.max(value, 0), 1) * (inferno.length - 1);
  const below = Math.min(Math.floor(place), inferno.length - 2);
  const [from, to] = [inferno[below]!, inferno[below + 1]!];
  return from.map((byte, c) => byte + (to[c]! - byte) * (place - below));
}
