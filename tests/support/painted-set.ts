import type { DatasetHeader, LabeledImages, PixelsInMemory } from '../../src/data/index.ts';
import type { Box } from '../../src/geometry/index.ts';

/** Test images in memory, all black and of class 0 at first. */
export function blackImages(
  header: Omit<DatasetHeader, 'part'> & { classes: string[] },
): LabeledImages & PixelsInMemory {
  const { length, channels, height, width } = header;
  const images = new Uint8Array(new SharedArrayBuffer(length * channels * height * width));
  const labels = new Int32Array(length);
  return { ...header, part: 'test', images, labels, target: (index) => labels[index]! };
}

/** The bytes of image `index`, to be written to. */
export function pixelsAt({ images, length }: LabeledImages & PixelsInMemory, index: number): Uint8Array {
  const bytes = images.length / length;
  return images.subarray(index * bytes, (index + 1) * bytes);
}

/** Plain gray images of a size, each of one byte. */
export function grayImages(
  bytes: readonly number[],
  header: Omit<Parameters<typeof blackImages>[0], 'length'>,
): LabeledImages & PixelsInMemory {
  const set = blackImages({ ...header, length: bytes.length });
  bytes.forEach((byte, index) => {
    pixelsAt(set, index).fill(byte);
  });
  return set;
}

export const paintedSide = 16;

export interface Painted {
  label: number;
  /** What is bright, and in which channel. */
  boxes: [channel: number, box: Box][];
  groundTruth: Box[];
}

/** Test images of which every pixel is known, with their ground-truth boxes; not normalized. */
export function paintedSet(images: readonly Painted[]): LabeledImages & PixelsInMemory {
  const set = blackImages({
    name: 'painted',
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
      for (let y = y1; y < y2; y++) {
        const row = (channel * paintedSide + y) * paintedSide;
        pixelsAt(set, n).fill(255, row + x1, row + x2);
      }
    }
  });
  return { ...set, boxes: async () => ({ boxes: images.map(({ groundTruth }) => groundTruth) }) };
}
