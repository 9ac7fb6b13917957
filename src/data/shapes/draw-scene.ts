import type { Box } from '../../geometry/index.ts';
import { boxOf } from '../drawn/canvas.ts';
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
  const rendered = renderScene(plan, size);
  const objects = plan.objects.flatMap(({ kind }, object) => {
    const box = boxOf(rendered, (owner) => owner === object);
    return box ? [{ label: kind, box }] : [];
  });
  const { label, box } = objects[0]!;
  return { image: rendered.image, label, box, objects, captions: writeCaptions(plan, seed, part, index) };
}
