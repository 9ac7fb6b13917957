export { type CentreCropOptions, centreCrop } from './centre-crop.ts';
export { applyColour, type ColourOptions, type ColourPlan, sampleColour } from './colour.ts';
export { type DecodeOptions, decodeImage } from './decode-image.ts';
export { describeJpegDecoder } from './jpeg-addon.ts';
export type { PicturePlan, PictureSize, PictureTransform, Rectangle } from './picture-plan.ts';
export { sampleTrainingCrop, type TrainingCropOptions } from './training-crop.ts';
