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

export interface SceneOptions {
  /** Height and width in pixels (default 32, at least 16). */
  size?: number | undefined;
}

/**
 * Draws scene `index` of a split ('train' or 'test'). The arguments determine it to the last bit, on every machine; a
 * scene is the same at every size but for its noise. A pixel shows the object that covers at least half of it.
 */
export function drawScene(seed: number, split: string, index: number, { size = 32 }: SceneOptions = {}): Scene {
  if (!Number.isInteger(size) || size < 16) throw new Error(`shapes: expected a size of at least 16, got ${size}`);
  const plan = planScene(seed, split, index);
  const { image, owners } = renderScene(plan, size);
  const objects = plan.objects
    .map(({ kind }, owner) => ({ label: kind, box: boxOf(owner, owners, size) }))
    .filter(({ box: [left, , right] }) => left < right);
  const { label, box } = objects[0]!;
  return { image, label, box, objects, captions: writeCaptions(plan, seed, split, index) };
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
