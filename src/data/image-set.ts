/** The mean and standard deviation of each channel, for images scaled to 0..1. */
export interface Normalization {
  mean: number[];
  std: number[];
}

/** The pixels of many images of one size, one after the other as channels, rows, columns. All that a thread needs. */
export interface Images {
  channels: number;
  height: number;
  width: number;
  /** N * C * H * W bytes. In shared memory, so that threads read them without a copy. */
  images: Uint8Array;
}

/** All images of one split, with their labels. */
export interface ImageSet extends Images {
  name: string;
  split: 'train' | 'test';
  /** The name of each class; label 3 is `classes[3]`. */
  classes: string[];
  /** The number of images. */
  length: number;
  /** One label in 0 .. classes.length - 1 for each image, in shared memory. */
  labels: Int32Array;
  normalization: Normalization;
}

/** A data set as it is opened: what a network learns from, and what it is measured on. */
export interface DataSource {
  train: ImageSet;
  test: ImageSet;
}

/** What an image set is, before its pixels are there. */
export type ImageSetHeader = Omit<ImageSet, 'images' | 'labels'>;

/** An image set in zeroed shared memory, to be filled in. */
export function allocateImageSet(header: ImageSetHeader): ImageSet {
  const bytes = header.length * imageBytes(header);
  return {
    ...header,
    images: new Uint8Array(new SharedArrayBuffer(bytes)),
    labels: new Int32Array(new SharedArrayBuffer(header.length * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** The number of bytes of one image. */
export function imageBytes({ channels, height, width }: Pick<Images, 'channels' | 'height' | 'width'>): number {
  return channels * height * width;
}

/** The pixels of image `index`, not copied. */
export function imageAt(images: Images, index: number): Uint8Array {
  const bytes = imageBytes(images);
  return images.images.subarray(index * bytes, (index + 1) * bytes);
}
