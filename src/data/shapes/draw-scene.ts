import type { Box } from '../../geometry/index.ts';
import { type Captions, writeCaptions } from './captions.ts';
import { renderScene } from './render.ts';
import { planScene } from './scene-plan.ts';

/** An object of a scene: its class and the smallest box around the pixels that show it. */
export interface SceneObject {
  label: number;
  box: Box;
}

export interface Scene {
  /** Bytes as channels (red, green, blue), rows, columns. */
  image: Uint8Array;
  /** The class of the main object: the largest one, whole and in front. */
  label: number;
  /** The box of the main object. */
  box: Box;
  /** All objects that can be seen, the main one first. */
  objects: SceneObject[];
  captions: Captions;
}

/** Which scenes to draw, and where to; plain data over shared memory, so that a thread can be given it. */
export interface SceneRange {
  seed: number;
  part: string;
  /** Height and width of the images. */
  size: number;
  images: Uint8Array;
  labels: Int32Array;
  /** The four corners of each main object's box. */
  corners: Int32Array;
  from: number;
  /** Exclusive. */
  to: number;
}

export interface SceneOptions {
  /** Height and width in pixels (default 32, at least 16). */
  size?: number | undefined;
}

/**
 * Draws scene `index` of a part ('train' or 'test'). The arguments determine it to the last bit, on every machine; a
 * scene is the same at every size but for its noise. A pixel shows the object that covers at least half of it. Labels take
 * turns: scene `index` has a main object of class `index` modulo 16.
 *
 * @param seed any whole number from 0 up
 * @param index of the scene, from 0
 * @throws where the size is no whole number of at least 16
 */
export function drawScene(seed: number, part: string, index: number, { size = 32 }: SceneOptions = {}): Scene {
  if (!Number.isInteger(size) || size < 16) throw new Error(`shapes: expected a size of at least 16, got ${size}`);
  const plan = planScene(seed, part, index);
  const { image, owners } = renderScene(plan, size);
  const objects = plan.objects
    .map(({ kind }, owner) => ({ label: kind, box: boxOf(owner, owners, size) }))
    .filter(({ box: [left, , right] }) => left < right);
  const { label, box } = objects[0]!;
  return { image, label, box, objects, captions: writeCaptions(plan, seed, part, index) };
}

/** Draws scenes `from` to `to` into their places, and notes where the main objects are. */
export function fillScenes({ seed, part, size, images, labels, corners, from, to }: SceneRange): void {
  for (let index = from; index < to; index++) {
    const { image, label, box } = drawScene(seed, part, index, { size });
    images.set(image, index * image.length);
    labels[index] = label;
    corners.set(box, 4 * index);
  }
}

/** The smallest box around the pixels of an owner; empty where it has none. */
function boxOf(owner: number, owners: Int16Array, size: number): Box {
  let [x1, y1, x2, y2] = [size, size, 0, 0];
  owners.forEach((pixelOwner, pixel) => {
    if (pixelOwner !== owner) return;
    const x = pixel % size;
    const y = Math.floor(pixel / size);
    x1 = Math.min(x1, x);
    y1 = Math.min(y1, y);
    x2 = Math.max(x2, x + 1);
    y2 = Math.max(y2, y + 1);
  });
  return [x1, y1, x2, y2];
}
