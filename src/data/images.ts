/** The bytes of images: how many there are, how they lie in memory, and memory that threads share. */
import type { Size } from '../geometry/index.ts';

/** The size of every image of a set. */
export interface ImageSpec extends Size {
  /** 3 for red, green and blue, 1 for gray. */
  channels: number;
}

/** The mean and standard deviation of each channel, for images scaled to 0..1. */
export interface Normalization {
  mean: number[];
  std: number[];
}

/** ImageNet's mean and standard deviation, as the official code uses them (train.py of CutMix-PyTorch). */
export const imageNetNormalization: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** The order of an image's bytes: `NCHW` as channels, rows, columns (planes); `NHWC` as rows, columns, channels. */
export type Layout = 'NCHW' | 'NHWC';

/** The pixels of many images of one size in memory, one after the other in the layout NCHW. */
export interface Images extends ImageSpec {
  /** N * C * H * W bytes. */
  images: Uint8Array;
}

/** The number of bytes of one image. */
export function imageBytes({ channels, height, width }: ImageSpec): number {
  return channels * height * width;
}

/** The pixels of image `index`, C * H * W bytes; a view of the memory, not a copy. */
export function imageAt(images: Images, index: number): Uint8Array {
  const bytes = imageBytes(images);
  return images.images.subarray(index * bytes, (index + 1) * bytes);
}

/** One image's bytes in the layout NCHW as a copy in NHWC. @param planes C * H * W bytes, which `channels` must divide */
export function toInterleaved(planes: Uint8Array, channels: number): Uint8Array {
  return transposed(planes, planes.length / channels);
}

/** One image's bytes in the layout NHWC as a copy in NCHW. @param pixels H * W * C bytes, which `channels` must divide */
export function toPlanes(pixels: Uint8Array, channels: number): Uint8Array {
  return transposed(pixels, channels);
}

function transposed(bytes: Uint8Array, columns: number): Uint8Array {
  const rows = bytes.length / columns;
  const result = new Uint8Array(bytes.length);
  for (let column = 0, end = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) result[end++] = bytes[row * columns + column]!;
  }
  return result;
}

/** Zeroed bytes that threads share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Zeroed integers that threads share. */
export function sharedIntegers(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
