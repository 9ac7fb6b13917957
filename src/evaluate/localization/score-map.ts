import type { Size } from '../../geometry/index.ts';
import type { ImageModel } from '../../models/index.ts';
import type { Tensor } from '../../torch/index.ts';

/** The ways of making a class's map. */
export const mapMethods = ['cam', 'grad-cam'] as const;
/** `cam`: class activation maps, for a network that ends in a pooled head. `grad-cam`: for any network. */
export type MapMethod = (typeof mapMethods)[number];

/** Values row by row, as a network has them. */
export interface ScoreMap extends Size {
  values: Float32Array;
}

/** The same as plain data. */
export interface PlainMap extends Size {
  values: number[];
}

/** A map as plain data, its values rounded to three digits of the largest: enough to draw it. */
export function plainMap({ values, height, width }: ScoreMap): PlainMap {
  const largest = Math.max(...values.map(Math.abs)) || 1;
  const unit = largest / 1000;
  return { height, width, values: Array.from(values, (value) => Math.round(value / unit) * unit) };
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
