/** Images and their targets: opening data sets, varying and decoding images, and batches of them made by threads. */
export { type AugmentOptions, type CropFlip, cropFlip, sampleCropFlip } from './augment.ts';
export {
  type Bird,
  type BirdOptions,
  type BirdPart,
  birdParts,
  birdSpecies,
  drawBird,
  type Species,
} from './birds/index.ts';
export type { GroundTruthBoxes, GroundTruthParts } from './boxes/ground-truth.ts';
export { imageBoxes } from './boxes/image-boxes.ts';
export { withBoxes } from './boxes/with-boxes.ts';
export { readWsolMetadata, type WsolPicture } from './boxes/wsol-metadata.ts';
export type {
  Batch,
  DataParts,
  Dataset,
  DatasetHeader,
  DrawnImages,
  EncodedPictures,
  ImageBatch,
  ImageKind,
  LabeledImages,
  Part,
  PassedOver,
  PixelsInMemory,
} from './dataset.ts';
export * from './decode/index.ts';
export { dataFolder, imageName } from './image-name.ts';
export {
  type ImageSpec,
  type Images,
  imageAt,
  imageNetNormalization,
  type Layout,
  type Normalization,
  toInterleaved,
  toPlanes,
} from './images.ts';
export type { BadImage } from './loader/bad-images.ts';
export { createLoader, type Loader, type LoaderOptions } from './loader/loader.ts';
export type { MapTarget, MapTargetModule } from './loader/map-target.ts';
export {
  type PictureBatch,
  type PictureStream,
  type PictureStreamOptions,
  pictureStream,
  type ShownImages,
} from './loader/picture-stream.ts';
export { imageOf, type ReadImagesOptions, readImages } from './loader/read-images.ts';
export * from './ood/index.ts';
export { allocateImages, type DatasetOptions, dataset, type LabeledImagesOptions } from './own-dataset.ts';
export {
  type ArchiveMember,
  type PictureLocation,
  type PictureSource,
  pictureName,
  readPicture,
} from './picture-location.ts';
export { evaluationView, type PictureFit, usualCropShare } from './picture-view.ts';
export {
  type DrawnOperation,
  type RandAugmentOptions,
  randAugment,
  sampleRandAugment,
} from './rand-augment.ts';
export { eraseBox, sampleErasing } from './random-erasing.ts';
export { type BirdsOptions, openBirds } from './sets/birds.ts';
export { type DataText, parseDataText, type Recognized } from './sets/data-text.ts';
export { type DataSetDefinition, defineDataSet } from './sets/definition.ts';
export {
  dataLocation,
  dataSets,
  type OpenDataOptions,
  openData,
  openDataLike,
  type TrainedOn,
} from './sets/open-data.ts';
export type { OpenedData } from './sets/opened-data.ts';
export { passedOverLines, passedOverText } from './sets/passed-over.ts';
export { type FoundPictures, picturesAt } from './sets/picture-files.ts';
export { openShapes, type ShapesOptions } from './sets/shapes.ts';
export {
  type Captions,
  drawScene,
  type Kind,
  kinds,
  type Scene,
  type SceneObject,
  type SceneOptions,
} from './shapes/index.ts';
export { select, subset } from './subset.ts';
