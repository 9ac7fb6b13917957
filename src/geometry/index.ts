/** Boxes and sizes, the same for mixing, metrics, data and detection. */
export {
  area,
  type Box,
  bestOverlap,
  boxArea,
  boxError,
  checkBox,
  checkGroundTruth,
  type IouOptions,
  intersection,
  iou,
  iouThreshold,
  isBox,
  overlap,
  type PixelConvention,
  pixelOptions,
  type Size,
} from './box.ts';
