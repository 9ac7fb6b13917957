import { allocateImageSet, imageAt, type PixelSet } from '../../src/data/index.ts';
import type { Box } from '../../src/geometry/index.ts';

export const paintedSide = 16;

export interface Painted {
  label: number;
  /** What is bright, and in which channel. */
  boxes: [channel: number, box: Box][];
  truths: Box[];
}

/** Test images of which every pixel is known, with their true boxes; not normalized. */
export function paintedSet(images: readonly Painted[]): PixelSet {
  const set = allocateImageSet({
    name: 'painted',
    split: 'test',
    classes: ['red', 'green', 'blue'],
    length: images.length,
    channels: 3,
    height: paintedSide,
    width: paintedSide,
    normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
  });
  images.forEach(({ label, boxes }, n) => {
    set.labels[n] = label;
    for (const [channel, [x1, y1, x2, y2]] of boxes) {
      for (let y = y1; y < y2; y++)
        imageAt(set, n).fill(
          255,
          (channel * paintedSide + y) * paintedSide + x1,
          (channel * paintedSide + y) * paintedSide + x2,
        );
    }
  });
  return { ...set, boxes: images.map(({ truths }) => truths) };
}
