export { type AugmentOptions, type CropFlip, cropFlip, sampleCropFlip } from './augment.ts';
export type { BadImage } from './batch.ts';
export { imageBoxes } from './boxes/image-boxes.ts';
export { withBoxes } from './boxes/with-boxes.ts';
export { readWsolMetadata, type WsolPicture } from './boxes/wsol-metadata.ts';
export { openCifar } from './cifar.ts';
export type { CifarOptions } from './cifar-records.ts';
export { openCub } from './cub.ts';
export * from './decode/index.ts';
export { openImageFolder } from './image-folder.ts';
export {
  allocateImageSet,
  type DataSource,
  type ImageSet,
  type ImageSetHeader,
  type ImageShape,
  type Images,
  imageAt,
  type Normalization,
  type PictureSet,
  type PixelSet,
} from './image-set.ts';
export { type Batch, createLoader, type Loader, type LoaderOptions } from './loader.ts';
export * from './ood/index.ts';
export { dataLocation, type OpenDataOptions, openData } from './open-data.ts';
export type { ArchiveMember, PictureLocation } from './picture-location.ts';
export { imageNetNormalization, type PictureOptions } from './picture-source.ts';
export type { PictureFit } from './picture-view.ts';
export { type ReadImagesOptions, readImages } from './read-images.ts';
export * from './shapes/index.ts';
export { subset } from './subset.ts';
export { openTinyImageNet } from './tiny-imagenet.ts';
export { openWebDataset } from './web-dataset.ts';
