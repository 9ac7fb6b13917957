/** Painting in units of the picture's side, at any number of pixels, and which thing each pixel shows. */
import type { Box } from '../../geometry/index.ts';
import { blendColors, type Color, type Rgb } from './color.ts';
import { byteNoise, hashCell } from './noise.ts';
import { across, along, type Direction } from './plane.ts';
import { type BackgroundTexture, textures } from './texture.ts';

/** A picture being painted. */
export interface Canvas {
  size: number;
  /** Red, green and blue of each pixel, in 0 .. 1. */
  pixels: Float64Array;
  /** The number of the thing that covers most of a pixel, or -1. */
  owners: Int16Array;
}

/** A texture in two colors, turned and shifted. */
export interface Surface {
  texture: BackgroundTexture;
  colors: readonly [Color, Color];
  period: number;
  direction: Direction;
  shift: number;
}

/** A thing to paint. `paint` gives its color at a point of the picture, undefined where the thing is not. */
export interface Paintable {
  x: number;
  y: number;
  /** No part of it is farther from (x, y). */
  reach: number;
  paint(x: number, y: number): Rgb | undefined;
}

/** Brightness falls from `bright` to `dark` across the picture, and contrast is reduced about mid-gray. */
export interface Light {
  bright: number;
  dark: number;
  direction: Direction;
  contrast: number;
}

/** What a camera does to a scene. */
export interface Exposure {
  light: Light;
  /** Standard deviation of the pixels' noise, in 0 .. 1 units. */
  noise: number;
  /** Chooses the noise. */
  noiseSalt: number;
}

/** Points per pixel and axis that are averaged against jagged edges. */
const backgroundSamples = 2;
const objectSamples = 3;

/** A canvas of a background alone. */
export function paintBackground(size: number, background: Surface): Canvas {
  const pixels = new Float64Array(3 * size * size);
  const step = 1 / (size * backgroundSamples);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const left = (pixel % size) / size + step / 2;
    const top = Math.floor(pixel / size) / size + step / 2;
    let second = 0;
    for (let sample = 0; sample < backgroundSamples ** 2; sample++) {
      const x = left + (sample % backgroundSamples) * step;
      const y = top + Math.floor(sample / backgroundSamples) * step;
      second += textureAt(background, x, y);
    }
    const [a, b] = background.colors;
    pixels.set(blendColors(a.rgb, b.rgb, second / backgroundSamples ** 2), 3 * pixel);
  }
  return { size, pixels, owners: new Int16Array(size * size).fill(-1) };
}

/** Paints a thing over what is there; it owns the pixels that it covers by half. */
export function paintOver(canvas: Canvas, thing: Paintable, owner: number): void {
  const { size, owners } = canvas;
  const first = (center: number) => Math.max(0, Math.floor((center - thing.reach) * size));
  const last = (center: number) => Math.min(size - 1, Math.floor((center + thing.reach) * size));
  for (let row = first(thing.y); row <= last(thing.y); row++) {
    for (let column = first(thing.x); column <= last(thing.x); column++) {
      const covered = paintPixel(canvas, thing, row, column);
      if (2 * covered >= objectSamples ** 2) owners[row * size + column] = owner;
    }
  }
}

/** Paints over one pixel in proportion to how much of it is covered; returns how many of its samples are. */
function paintPixel({ size, pixels }: Canvas, thing: Paintable, row: number, column: number): number {
  const step = 1 / (size * objectSamples);
  let covered = 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let sampleRow = 0; sampleRow < objectSamples; sampleRow++) {
    const y = row / size + (sampleRow + 0.5) * step;
    for (let sampleColumn = 0; sampleColumn < objectSamples; sampleColumn++) {
      const rgb = thing.paint(column / size + (sampleColumn + 0.5) * step, y);
      if (rgb === undefined) continue;
      covered++;
      red += rgb[0];
      green += rgb[1];
      blue += rgb[2];
    }
  }
  const samples = objectSamples ** 2;
  const at = 3 * (row * size + column);
  const uncovered = samples - covered;
  pixels[at] = (pixels[at]! * uncovered + red) / samples;
  pixels[at + 1] = (pixels[at + 1]! * uncovered + green) / samples;
  pixels[at + 2] = (pixels[at + 2]! * uncovered + blue) / samples;
  return covered;
}

/** How much of the second color is at a point, 0 .. 1. */
export function textureAt({ texture, period, direction, shift }: Surface, x: number, y: number): number {
  return textures[texture](along(direction, x, y) / period + shift, across(direction, x, y) / period + shift);
}

/** Light, noise and rounding: the bytes of the picture as channels, rows, columns. */
export function develop({ size, pixels }: Canvas, { light, noise, noiseSalt }: Exposure): Uint8Array {
  const image = new Uint8Array(3 * size * size);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const column = pixel % size;
    const row = Math.floor(pixel / size);
    const brightness = brightnessAt(light, (column + 0.5) / size, (row + 0.5) / size);
    for (let channel = 0; channel < 3; channel++) {
      const lit = (0.5 + (pixels[3 * pixel + channel]! - 0.5) * light.contrast) * brightness;
      const grain = noise * byteNoise(hashCell(column, row, noiseSalt + channel));
      image[channel * size * size + pixel] = toByte(lit + grain);
    }
  }
  return image;
}

function brightnessAt({ bright, dark, direction }: Light, x: number, y: number): number {
  // Between -0.71 and 0.71, corner to corner.
  const position = along(direction, x - 0.5, y - 0.5);
  return dark + (bright - dark) * (0.5 + position / 1.42);
}

function toByte(value: number): number {
  return Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
}

/** The smallest box around the pixels of some owners; undefined where they have none. */
export function boxOf(
  { size, owners }: Pick<Canvas, 'size' | 'owners'>,
  isOne: (owner: number) => boolean,
): Box | undefined {
  let [x1, y1, x2, y2] = [size, size, 0, 0];
  owners.forEach((owner, pixel) => {
    if (!isOne(owner)) return;
    const x = pixel % size;
    const y = Math.floor(pixel / size);
    x1 = Math.min(x1, x);
    y1 = Math.min(y1, y);
    x2 = Math.max(x2, x + 1);
    y2 = Math.max(y2, y + 1);
  });
  return x1 < x2 ? [x1, y1, x2, y2] : undefined;
}
