/** What the loader, the training loop and evaluation know of data: images of one size, and a target for each. */
import type { Size } from '../geometry/index.ts';
import type { PicturePlan } from './decode/index.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';

/** The mean and standard deviation of each channel, for images scaled to 0..1. */
export interface Normalization {
  mean: number[];
  std: number[];
}

/** The size of every image of a set. */
export interface ImageSpec extends Size {
  channels: number;
}

/** What a network learns from, what a choice between epochs is made on, and what is measured in the end. */
export type Part = 'train' | 'validation' | 'test';

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

/** Encoded pictures, decoded by the loader's threads whenever a batch needs them. */
export interface EncodedPictures {
  pictures: readonly PictureLocation[];
  /** What of each picture is shown. */
  fit: PictureFit;
}

/** Images that a program makes one by one, in the main thread. */
export interface DrawnImages {
  /** C * H * W bytes of image `index`, as channels, rows, columns. */
  draw(index: number): Uint8Array | Promise<Uint8Array>;
}

/** One part of a data set. Which of the three kinds of images it has, `'images' in set` and `'pictures' in set` tell. */
export type Dataset<Target = unknown> = DatasetHeader & {
  /** What is to be learned of image `index`: a class, boxes, sentences, a number. */
  target(index: number): Target | Promise<Target>;
} & (PixelsInMemory | EncodedPictures | DrawnImages);

/** What an image shows of its picture: a plan that was applied, and the size of the picture that it was made for. */
export interface View extends PicturePlan {
  picture: Size;
}

/** Some images of a set, in the order in which they were asked for. */
export interface Batch<Target = unknown> {
  /** Bytes: [N, C, H, W] in layout NCHW, [N, H, W, C] in layout NHWC. */
  images: Uint8Array;
  layout: 'NCHW' | 'NHWC';
  shape: [images: number, channels: number, height: number, width: number];
  /** One for each image, as it follows from the view. */
  targets: readonly Target[];
  /** What of its picture each image shows. */
  views: readonly View[];
  /** Which images of the set these are. */
  indices: Int32Array;
  /** The batch's number in the epoch, from 0. */
  step: number;
}
