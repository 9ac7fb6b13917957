import type { Size } from '../../geometry/index.ts';
import { normalizeMap, resizeMap } from '../../metrics/index.ts';
import type { ImageModel } from '../../models/index.ts';
import type { Tensor } from '../../torch/index.ts';

/** Values row by row, as a network has them. */
export interface ScoreMap extends Size {
  values: Float32Array;
}

/** One forward pass, of which the map of any class can be had. */
export interface MapPass {
  /** [N, classes], as `forward` gives them. */
  logits: Tensor;
  /** For each image the map of its class, [N, h, w] in float32. */
  mapsOf(classes: Int32Array): Tensor;
}

/** @throws where there is not one class of the network for each image */
export function checkClasses(name: string, { fc }: ImageModel, { shape }: Tensor, classes: ArrayLike<number>): void {
  const [batch] = shape;
  if (classes.length !== batch) {
    throw new Error(`${name}: expected a class for each of the ${batch} images, got ${classes.length}`);
  }
  const wrong = Array.from(classes).find((label) => !(Number.isInteger(label) && label >= 0 && label < fc.outFeatures));
  if (wrong === undefined) return;
  throw new Error(`${name}: expected classes in 0..${fc.outFeatures - 1}, got ${wrong}`);
}

/** Maps [N, h, w], one by one. */
export function scoreMaps(maps: Tensor): ScoreMap[] {
  const [batch, height, width] = maps.shape as [number, number, number];
  const values = maps.data('float32');
  const size = height * width;
  return Array.from({ length: batch }, (_, n) => ({
    values: values.subarray(n * size, (n + 1) * size),
    height,
    width,
  }));
}

/**
 * A map at the size of an image, in 0..1, as boxes are made of it and as it is drawn: resized by bicubic interpolation,
 * then its least value at 0 and its largest at 1. The CutMix paper states neither; this is what the code of Choe et al.
 * 2020 (clovaai/wsolevaluation, `inference.py`) does, in its order: bicubic interpolation overshoots, so that a map that was
 * normalized first would leave 0..1.
 *
 * @returns [height, width], row by row
 */
export function shownMap({ values, ...from }: ScoreMap, { height, width }: Size): Float32Array {
  return normalizeMap(resizeMap(values, { from, to: { height, width }, method: 'bicubic' }));
}
