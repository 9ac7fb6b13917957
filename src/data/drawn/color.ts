import type { RandomStream } from '../../random/index.ts';

/** Red, green and blue in 0 .. 1. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface Color {
  name: string;
  rgb: Rgb;
}

/** Named colors. Each is varied a little where it is used, never so much that its name would be wrong. */
const palette: readonly Color[] = [
  { name: 'red', rgb: [0.85, 0.12, 0.12] },
  { name: 'orange', rgb: [0.95, 0.52, 0.08] },
  { name: 'yellow', rgb: [0.93, 0.87, 0.15] },
  { name: 'green', rgb: [0.15, 0.65, 0.2] },
  { name: 'teal', rgb: [0.1, 0.62, 0.62] },
  { name: 'blue', rgb: [0.15, 0.3, 0.85] },
  { name: 'purple', rgb: [0.5, 0.18, 0.7] },
  { name: 'pink', rgb: [0.95, 0.5, 0.7] },
  { name: 'brown', rgb: [0.45, 0.27, 0.12] },
  { name: 'gray', rgb: [0.5, 0.5, 0.5] },
  { name: 'black', rgb: [0.08, 0.08, 0.08] },
  { name: 'white', rgb: [0.94, 0.94, 0.94] },
];

/** @throws where the palette has no color of that name */
export function colorNamed(name: string): Color {
  const found = palette.find((color) => color.name === name);
  if (found === undefined) throw new Error(`expected a color of the palette, got '${name}'`);
  return found;
}

/** Any color of the palette, each channel varied by up to `spread`. */
export function drawColor(random: RandomStream, spread = 0.07): Color {
  const { name, rgb } = palette[random.integer(palette.length)]!;
  return { name, rgb: vary(rgb, spread, random) };
}

/** A color at least `contrast` away from all of `others` (see `colorDistance`); the farthest of 12 where none is. */
export function drawContrastingColor(random: RandomStream, others: readonly Rgb[], contrast: number): Color {
  let best = drawColor(random);
  let bestDistance = distanceToNearest(best.rgb, others);
  for (let attempt = 1; attempt < 12 && bestDistance < contrast; attempt++) {
    const color = drawColor(random);
    const distance = distanceToNearest(color.rgb, others);
    if (distance > bestDistance) {
      best = color;
      bestDistance = distance;
    }
  }
  return best;
}

/** Each channel moved by up to `spread`, within 0 .. 1. */
export function vary(rgb: Rgb, spread: number, random: RandomStream): Rgb {
  const moved = (channel: number) => Math.min(1, Math.max(0, channel + spread * (2 * random.uniform() - 1)));
  return [moved(rgb[0]), moved(rgb[1]), moved(rgb[2])];
}

/** The color between two others; `weight` is the share of the second. */
export function blendColors(a: Rgb, b: Rgb, weight: number): Rgb {
  return [a[0] + (b[0] - a[0]) * weight, a[1] + (b[1] - a[1]) * weight, a[2] + (b[2] - a[2]) * weight];
}

/** Euclidean distance in RGB: 0 for the same color, 1.73 from black to white. */
export function colorDistance(a: Rgb, b: Rgb): number {
  const [red, green, blue] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(red * red + green * green + blue * blue);
}

function distanceToNearest(rgb: Rgb, others: readonly Rgb[]): number {
  return Math.min(...others.map((other) => colorDistance(rgb, other)));
}
