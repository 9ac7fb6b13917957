export { type CenterCropOptions, centerCrop } from './center-crop.ts';
export { applyColor, type ColorOptions, type ColorPlan, type Jitter, sampleColor } from './color.ts';
export { type DecodeOptions, decodeImage, pictureSize } from './decode-image.ts';
export { describeJpegDecoder } from './jpeg-addon.ts';
export { mapBox, unmapBox } from './map-box.ts';
export type { DecodedPicture } from './open-pixels.ts';
export type { PicturePlan, PictureTransform, Rectangle, View } from './picture-plan.ts';
export { type StretchedCropOptions, type StretchOptions, sampleStretchedCrop, stretch } from './stretch.ts';
export { sampleTrainingCrop, type TrainingCropOptions } from './training-crop.ts';
