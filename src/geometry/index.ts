/** Boxes and sizes, the same for mixing, metrics, data and detection. */
export {
  area,
  type Box,
  bestOverlap,
  boxArea,
  boxError,
  checkBox,
  checkTruths,
  type IouOptions,
  intersection,
  iou,
  isBox,
  overlap,
  type PixelConvention,
  pixelConventions,
} from './box.ts';
export type { Size } from './size.ts';
