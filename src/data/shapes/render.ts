import { blendColors, type Rgb } from './color.ts';
import { kinds } from './kinds.ts';
import { byteNoise, hashCell } from './noise.ts';
import type { Direction, Light, PlacedObject, ScenePlan, Stick, Surface } from './scene-plan.ts';
import { textures } from './texture.ts';

/** A scene being painted. */
interface Canvas {
  size: number;
  /** Red, green and blue of each pixel, in 0 .. 1. */
  pixels: Float64Array;
  /** The number of the object that covers most of a pixel, or -1. */
  owners: Int16Array;
}

/** A thing to paint. `paint` gives its color at a point of the picture, undefined where the thing is not. */
interface Paintable {
  x: number;
  y: number;
  /** No part of it is farther from (x, y). */
  reach: number;
  paint(x: number, y: number): Rgb | undefined;
}

/** Points per pixel and axis that are averaged against jagged edges. */
const backgroundSamples = 2;
const objectSamples = 3;

/** The picture of a plan, and which object each pixel belongs to (-1: none): an object owns what it covers by half. */
export function renderScene(plan: ScenePlan, size: number): { image: Uint8Array; owners: Int16Array } {
  const canvas: Canvas = {
    size,
    pixels: new Float64Array(3 * size * size),
    owners: new Int16Array(size * size).fill(-1),
  };
  paintBackground(canvas, plan.background);
  for (const stick of plan.sticks) paintOver(canvas, stickPaint(stick), -1);
  // From the last to the first: the main object comes out in front.
  for (let i = plan.objects.length - 1; i >= 0; i--) paintOver(canvas, objectPaint(plan.objects[i]!), i);
  return { image: develop(canvas, plan), owners: canvas.owners };
}

function paintBackground({ size, pixels }: Canvas, background: Surface): void {
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
}

function paintOver(canvas: Canvas, thing: Paintable, owner: number): void {
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

function objectPaint({ kind, x, y, radius, direction, surface }: PlacedObject): Paintable {
  const { outline } = kinds[kind]!;
  const [first, second] = surface.colors;
  const paint = (pointX: number, pointY: number): Rgb | undefined => {
    const dx = (pointX - x) / radius;
    const dy = (pointY - y) / radius;
    if (!outline.contains(along(direction, dx, dy), across(direction, dx, dy))) return undefined;
    return textureAt(surface, dx, dy) === 0 ? first.rgb : second.rgb;
  };
  return { x, y, reach: radius * outline.reach, paint };
}

function stickPaint({ x, y, halfLength, halfWidth, direction, rgb }: Stick): Paintable {
  const paint = (pointX: number, pointY: number): Rgb | undefined => {
    const dx = pointX - x;
    const dy = pointY - y;
    const inside = Math.abs(along(direction, dx, dy)) <= halfLength && Math.abs(across(direction, dx, dy)) <= halfWidth;
    return inside ? rgb : undefined;
  };
  return { x, y, reach: halfLength + halfWidth, paint };
}

function textureAt({ texture, period, direction, shift }: Surface, x: number, y: number): number {
  return textures[texture](along(direction, x, y) / period + shift, across(direction, x, y) / period + shift);
}

/** Light, noise and rounding: the bytes of the picture as channels, rows, columns. */
function develop({ size, pixels }: Canvas, { light, noise, noiseSalt }: ScenePlan): Uint8Array {
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

/** The coordinates of (x, y) in axes turned to `direction`. */
function along(direction: Direction, x: number, y: number): number {
  return x * direction[0] + y * direction[1];
}

function across(direction: Direction, x: number, y: number): number {
  return y * direction[0] - x * direction[1];
}
