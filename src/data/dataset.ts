/** What the loader, the training loop and evaluation know of data: images of one size, and a target for each. */
import type { GroundTruthBoxes, GroundTruthParts } from './boxes/ground-truth.ts';
import type { View } from './decode/picture-plan.ts';
import type { ImageSpec, Layout, Normalization } from './images.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';

/** What a network learns from, what a choice between epochs is made on, and what is measured in the end. */
export type Part = (typeof dataParts)[number];

export const dataParts = ['train', 'validation', 'test'] as const;

export interface DatasetHeader extends ImageSpec {
  /** Of the data set, as in `CIFAR-10`. */
  name: string;
  part: Part;
  /** The number of images. */
  length: number;
  normalization: Normalization;
}

/** Pixels in memory, one image after the other as channels, rows, columns. */
export interface PixelsInMemory {
  /** N * C * H * W bytes. In shared memory, so that threads read them without a copy. */
  images: Uint8Array;
}

/** Encoded pictures in color, decoded by the loader's threads whenever a batch needs them; images are squares. */
export interface EncodedPictures {
  pictures: readonly PictureLocation[];
  /** What of each picture is shown. */
  fit: PictureFit;
  /** The share of its side that evaluation shows. Default: see `evaluationView`. */
  cropShare?: number | undefined;
}

/** Images that a program makes one by one, in the main thread. */
export interface DrawnImages {
  /** C * H * W bytes of image `index`, as channels, rows, columns; copied before the next one is asked for. */
  draw(index: number): Uint8Array | Promise<Uint8Array>;
}

/** Where the images of a set come from. */
export type ImageKind = PixelsInMemory | EncodedPictures | DrawnImages;

interface Targets<Target> {
  /** What is to be learned of image `index`: a class, boxes, sentences, a number. */
  target(index: number): Target | Promise<Target>;
}

/** One part of a data set. Which kind of images it has, `'images' in set` and `'pictures' in set` tell. */
export type Dataset<Target = unknown, Kind extends ImageKind = ImageKind> = DatasetHeader & Targets<Target> & Kind;

interface ClassLabels {
  /** The name of each class; label 3 is `classes[3]`. */
  classes: string[];
  /** One label in 0 .. classes.length - 1 for each image, which is its target. */
  labels: Int32Array;
  /** Reads the boxes of what the labels name, once, where the data set has any. */
  boxes?(): Promise<GroundTruthBoxes>;
  /** Says where the parts of what the labels name are, where the data set knows. */
  parts?(): Promise<GroundTruthParts>;
}

/** A part of a data set whose images belong to one class each. */
export type LabeledImages<Kind extends ImageKind = ImageKind> = Dataset<number, Kind> & ClassLabels;

/** Files that are in a data set's folders and in none of its parts, for one reason. */
export interface PassedOver {
  /** As in `a BMP`. */
  reason: string;
  /** Whether it looks like a picture or a sample: annotations, and what is hidden, belong there and are no loss. */
  isLoss: boolean;
  count: number;
  /** In the data set: all of a loss, else an example. */
  paths: readonly string[];
}

/** A data set as it is opened. Without validation data, nothing but the training part is there to choose by. */
export interface DataParts<One extends Dataset = LabeledImages> {
  train: One;
  validation?: One;
  test: One;
  /** What was found beside them. */
  passedOver?: readonly PassedOver[];
}

/** Pixels of some images of a set, in the order in which they were asked for. */
export interface ImageBatch {
  /** N images, one after the other in the layout. */
  images: Uint8Array;
  /** NHWC of pictures, which are decoded so; NCHW of images in memory and drawn ones. */
  layout: Layout;
  /** In this order whatever the layout is. */
  shape: [images: number, channels: number, height: number, width: number];
  /** What of its picture each image shows. */
  views: readonly View[];
  /** Which images of the set these are. */
  indices: Int32Array;
}

/** What one step of training or evaluation takes. */
export interface Batch<Target = unknown> extends ImageBatch {
  /** One for each image. */
  targets: readonly Target[];
  /** The batch's number in the epoch, from 0. */
  step: number;
}
