export { type CentreCropOptions, centreCrop } from './centre-crop.ts';
export { applyColour, type ColourOptions, type ColourPlan, sampleColour } from './colour.ts';
export { type DecodeOptions, decodeImage, pictureSize } from './decode-image.ts';
export { describeJpegDecoder } from './jpeg-addon.ts';
export type { PicturePlan, PictureSize, PictureTransform, Rectangle } from './picture-plan.ts';
export { type StretchedCropOptions, type StretchOptions, sampleStretchedCrop, stretch } from './stretch.ts';
export { sampleTrainingCrop, type TrainingCropOptions } from './training-crop.ts';
