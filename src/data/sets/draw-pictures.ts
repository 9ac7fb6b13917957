import type { Box } from '../../geometry/index.ts';
import { drawBird } from '../birds/index.ts';
import { drawScene } from '../shapes/index.ts';

/** The pictures of a drawn data set, each by itself. */
const drawers = { shapes: drawScene, birds: drawBird } satisfies Record<string, Draw>;

type Draw = (seed: number, part: string, index: number, options: DrawingOptions) => DrawnPicture;

export interface DrawingOptions {
  size: number;
  /** Of birds. */
  hidden?: number;
}

interface DrawnPicture {
  image: Uint8Array;
  label: number;
  box: Box;
  /** The pixel of each part, or -1. */
  parts?: readonly number[];
}

/** Which pictures to draw, and where to; plain data over shared memory, so that a thread can be given it. */
export interface DrawingRange {
  set: keyof typeof drawers;
  seed: number;
  part: string;
  options: DrawingOptions;
  images: Uint8Array;
  labels: Int32Array;
  /** The four corners of each label's box. */
  corners: Int32Array;
  /** The pixel of each part of what the label names, or -1; empty where parts are not known. */
  parts: Int32Array;
  from: number;
  /** Exclusive. */
  to: number;
}

/** Draws pictures `from` to `to` into their places. */
export function drawPictures({ set, seed, part, options, from, to, ...into }: DrawingRange): void {
  const draw: Draw = drawers[set];
  for (let index = from; index < to; index++) {
    const { image, label, box, parts = [] } = draw(seed, part, index, options);
    into.images.set(image, index * image.length);
    into.labels[index] = label;
    into.corners.set(box, 4 * index);
    into.parts.set(parts, parts.length * index);
  }
}
