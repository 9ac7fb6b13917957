import type { Box, Size } from '../geometry/index.ts';
import type { PictureLocation } from './picture-location.ts';
import type { PictureFit } from './picture-view.ts';

/** The mean and standard deviation of each channel, for images scaled to 0..1. */
export interface Normalization {
  mean: number[];
  std: number[];
}

/** The size of every image of a set. */
export interface ImageShape {
  channels: number;
  height: number;
  width: number;
}

/** The pixels of many images of one size, one after the other as channels, rows, columns. All that a thread needs. */
export interface Images extends ImageShape {
  /** N * C * H * W bytes. In shared memory, so that threads read them without a copy. */
  images: Uint8Array;
}

/** What an image set is, before its pixels are there. */
export interface ImageSetHeader extends ImageShape {
  name: string;
  split: 'train' | 'test';
  /** The name of each class; label 3 is `classes[3]`. */
  classes: string[];
  /** The number of images. */
  length: number;
  normalization: Normalization;
}

interface LabeledSet extends ImageSetHeader {
  /** One label in 0 .. classes.length - 1 for each image, in shared memory. */
  labels: Int32Array;
  /**
   * For each image the true boxes of what its label names, where the data set has them; an image may have none. In
   * continuous pixels, ends exclusive: of the upright picture as it is stored, before it is shown at the set's size
   * (`imageBoxes` gives them in the image's), or of the image itself for pixels in memory. Those of a folder
   * `Annotations` are read when they are first asked for.
   */
  boxes?: readonly (readonly Box[])[] | undefined;
  /**
   * For each image the size of the picture that its boxes were drawn on, where the annotations give it: the stored picture
   * may have another, and its boxes are then scaled. Default: the stored picture's.
   */
  drawnAt?: readonly (Size | undefined)[] | undefined;
}

/** All images of one split in memory, with their labels. */
export interface PixelSet extends LabeledSet, Images {}

/** The pictures of one split, decoded to the size of the set whenever a batch needs them, with their labels. */
export interface PictureSet extends LabeledSet {
  /** Where the picture of each image is. */
  pictures: readonly PictureLocation[];
  /** What of each picture is shown. */
  fit: PictureFit;
}

/** One split of a data set. `'pictures' in set` tells which of the two it is. */
export type ImageSet = PixelSet | PictureSet;

/** A data set as it is opened: what a network learns from, and what it is measured on. */
export interface DataSource<Set extends ImageSet = ImageSet> {
  train: Set;
  test: Set;
}

/** An image set in zeroed shared memory, to be filled in. */
export function allocateImageSet(header: ImageSetHeader): PixelSet {
  const images = sharedBytes(header.length * imageBytes(header));
  return { ...header, images, labels: sharedIntegers(header.length) };
}

/** Zeroed bytes that threads share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Zeroed integers that threads share. */
export function sharedIntegers(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** The number of bytes of one image. */
export function imageBytes({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}

/** The pixels of image `index`, not copied. */
export function imageAt(images: Images, index: number): Uint8Array {
  const bytes = imageBytes(images);
  return images.images.subarray(index * bytes, (index + 1) * bytes);
}
