/** What is learned from: drawn pictures, and how many objects each shows. */
import { type Dataset, dataset, drawScene } from 'patchwork/data';

/** Pictures in memory, and the number of objects in each, from 1 to 3: its target. */
export interface Scenes {
  set: Dataset<number>;
  counts: number[];
}

export function scenes(part: Dataset['part'], length: number, size = 32): Scenes {
  const drawn = Array.from({ length }, (_, index) => drawScene(0, part, index, { size }));
  const images = new Uint8Array(length * 3 * size * size);
  for (const [index, { image }] of drawn.entries()) images.set(image, index * image.length);
  const counts = drawn.map(({ objects }) => objects.length);
  return { counts, set: dataset({ name: 'scenes', part, height: size, images, target: (index) => counts[index]! }) };
}
