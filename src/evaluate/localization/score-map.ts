import type { Size } from '../../geometry/index.ts';
import { normalizeMap, resizeMap } from '../../metrics/index.ts';
import type { Tensor } from '../../torch/index.ts';

/** Values row by row, as a network has them. */
export interface ScoreMap extends Size {
  values: Float32Array;
}

/** Maps [N, h, w], one by one. */
export function scoreMaps(maps: Tensor): ScoreMap[] {
  const [batch, height, width] = maps.shape as [number, number, number];
  const values = maps.data() as Float32Array;
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
