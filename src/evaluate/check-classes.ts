import type { ImageModel } from '../models/index.ts';
import type { Tensor } from '../torch/index.ts';

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
