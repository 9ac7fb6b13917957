export { type AugmentOptions, type CropFlip, cropFlip, sampleCropFlip } from './augment.ts';
export { openCifar } from './cifar.ts';
export type { CifarOptions } from './cifar-records.ts';
export {
  allocateImageSet,
  type DataSource,
  type ImageSet,
  type ImageSetHeader,
  type Images,
  imageAt,
  type Normalization,
} from './image-set.ts';
export { type Batch, createLoader, type Loader, type LoaderOptions } from './loader.ts';
export { dataLocation, type OpenDataOptions, openData } from './open-data.ts';
export * from './shapes/index.ts';
export { subset } from './subset.ts';
