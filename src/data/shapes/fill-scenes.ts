import { imageBytes, type PixelSet } from '../image-set.ts';
import { drawScene } from './draw-scene.ts';

/** Which scenes of a set to draw; plain data over shared memory, so that a thread can be given it. */
export interface SceneRange {
  seed: number;
  set: PixelSet;
  from: number;
  /** Exclusive. */
  to: number;
}

/** Draws scenes `from` to `to` into their places in the set. */
export function fillScenes({ seed, set, from, to }: SceneRange): void {
  for (let index = from; index < to; index++) {
    const { image, label } = drawScene(seed, set.split, index, { size: set.height });
    set.images.set(image, index * imageBytes(set));
    set.labels[index] = label;
  }
}
