import type { Box } from '../../geometry/index.ts';
import { boxOf, type Canvas, develop, paintBackground, paintOver } from '../drawn/canvas.ts';
import { type Patch, patchPaint } from '../drawn/patch.ts';
import { type BirdPlan, planBird } from './bird-plan.ts';
import { birdParts, birdSpecies } from './species.ts';

export interface Bird {
  /** Bytes as channels (red, green, blue), rows, columns. */
  image: Uint8Array;
  label: number;
  /** The smallest box around the pixels that show the bird. */
  box: Box;
  /** Of each of `birdParts` the pixel, counted row by row, that is nearest to the middle of what is seen of it; else -1. */
  parts: number[];
}

export interface BirdOptions {
  /** Height and width in pixels (default 32, at least 16). */
  size?: number | undefined;
  /** The chance of each part to be hidden, in 0 .. 1 (default 0). */
  hidden?: number | undefined;
}

/**
 * Draws bird `index` of a part of the data ('train' or 'test'). The arguments determine it to the last bit, on every
 * machine; a bird is the same at every size but for its noise. Labels take turns.
 *
 * @param seed any whole number from 0 up
 * @param index from 0
 * @throws where the size is no whole number of at least 16
 */
export function drawBird(seed: number, part: string, index: number, { size = 32, hidden = 0 }: BirdOptions = {}): Bird {
  if (!Number.isInteger(size) || size < 16) throw new Error(`birds: expected a size of at least 16, got ${size}`);
  const plan = planBird(seed, part, index, hidden);
  const canvas = paintBird(plan, size);
  const box = boxOf(canvas, (owner) => owner >= 0)!;
  const parts = birdParts.map((_, owner) => middlePixel(canvas, owner));
  return { image: develop(canvas, plan), label: index % birdSpecies.length, box, parts };
}

/** A pixel belongs to the part that covers at least half of it, or to none (-1). */
export function paintBird({ background, behind, parts, eye, leaves }: BirdPlan, size: number): Canvas {
  const canvas = paintBackground(size, background);
  const paint = (patch: Patch, owner: number) => paintOver(canvas, patchPaint(patch), owner);
  for (const leaf of behind) paint(leaf, -1);
  for (const [owner, name] of birdParts.entries()) {
    paint(parts[name], owner);
    if (name === 'head') paint(eye, owner);
    // Below the parts that lie over this one: a leaf hides what it is meant to and no other that is known to be seen.
    const leaf = leaves[name];
    if (leaf) paint(leaf, -1);
  }
  return canvas;
}

/** The pixel of an owner that is nearest to the middle of all of its pixels: the middle itself may be hidden. */
function middlePixel({ size, owners }: Canvas, owner: number): number {
  const own = [...owners.keys()].filter((pixel) => owners[pixel] === owner);
  const mean = (coordinate: (pixel: number) => number) =>
    own.reduce((sum, pixel) => sum + coordinate(pixel), 0) / own.length;
  const column = (pixel: number) => pixel % size;
  const row = (pixel: number) => Math.floor(pixel / size);
  const [x, y] = [mean(column), mean(row)];
  // Not as powers, which machines may round differently.
  const distance = (pixel: number) => (column(pixel) - x) * (column(pixel) - x) + (row(pixel) - y) * (row(pixel) - y);
  return own.reduce((best, pixel) => (best < 0 || distance(pixel) < distance(best) ? pixel : best), -1);
}
