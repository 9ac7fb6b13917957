import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { LabeledImages, PixelsInMemory } from '../dataset.ts';
import type { Normalization } from '../images.ts';
import { checkFile, limits } from '../limits.ts';
import { dataset } from '../own-dataset.ts';
import { atMost } from '../sets/data-files.ts';

/** Two zero bytes, 8 for unsigned bytes, 3 for dimensions: images, rows, columns. */
const magic = 0x00000803;
const headerBytes = 16;

/** Whether a file's name says that it holds images in the IDX format, as MNIST's `t10k-images-idx3-ubyte.gz` does. */
export function isIdxName(path: string): boolean {
  return /idx3-ubyte(\.gz)?$/.test(path);
}

/**
 * Reads gray images in the IDX format, MNIST's: a header of four big-endian integers, then a byte for each pixel.
 *
 * @returns images of one class, `unknown`, in one channel
 * @throws where the file is of another format or cut off
 */
export async function readIdxImages(
  path: string,
  name: string,
  { mean: [mean = 0], std: [std = 1] }: Normalization,
): Promise<LabeledImages<PixelsInMemory>> {
  const bytes = await contentsOf(path);
  const [kind, length = 0, height = 0, width = 0] = bigEndianIntegers(bytes.subarray(0, headerBytes));
  if (kind !== magic || length * height * width === 0) {
    throw new Error(`${path}: expected images in the IDX format (idx3-ubyte), got another file; download it again`);
  }
  const images = bytes.subarray(headerBytes);
  if (images.length !== length * height * width) {
    throw new Error(
      `${path}: expected ${length} images of ${height} x ${width} bytes, got ${images.length} bytes; download it again`,
    );
  }
  const normalization = { mean: [mean], std: [std] };
  const labels = new Int32Array(length);
  const classes = ['unknown'];
  return dataset({ name, part: 'test', channels: 1, height, width, normalization, images, classes, labels });
}

function bigEndianIntegers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32BE(4 * i));
}

/** Unpacked until it is more than any set has: what is packed may be small. */
async function contentsOf(path: string): Promise<Buffer> {
  checkFile(path, limits.pixels);
  if (!path.endsWith('.gz')) return readFile(path);
  try {
    return await buffer(createReadStream(path).compose(createGunzip()).compose(atMost(limits.pixels)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith('expected')) throw new Error(`${path}: ${reason}`, { cause: error });
    throw new Error(
      `${path}: expected a whole .gz file, got one that is cut off or damaged (${reason}); download it again`,
      {
        cause: error,
      },
    );
  }
}
