import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { LabeledImages, PixelsInMemory } from '../dataset.ts';
import type { Normalization } from '../images.ts';
import { checkFile, limits, sizeText } from '../limits.ts';
import { dataset } from '../own-dataset.ts';

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
  const { length, height, width } = headerOf(path, bytes);
  const images = bytes.subarray(headerBytes);
  if (images.length !== length * height * width) {
    const got = images.length > length * height * width ? 'more' : `${images.length} bytes`;
    throw new Error(`${path}: expected ${length} images of ${height} x ${width} bytes, got ${got}; download it again`);
  }
  const normalization = { mean: [mean], std: [std] };
  const labels = new Int32Array(length);
  const classes = ['unknown'];
  return dataset({ name, part: 'test', channels: 1, height, width, normalization, images, classes, labels });
}

function bigEndianIntegers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32BE(4 * i));
}

/** @throws where the file is of another format, or would be larger than any set is */
function headerOf(path: string, bytes: Buffer): { length: number; height: number; width: number } {
  const [kind, length = 0, height = 0, width = 0] = bigEndianIntegers(bytes.subarray(0, headerBytes));
  const size = length * height * width;
  if (kind === magic && size > 0 && size <= limits.pixels) return { length, height, width };
  const got = kind === magic && size > 0 ? `${sizeText(size)}, more than ${sizeText(limits.pixels)}` : 'another file';
  throw new Error(`${path}: expected images in the IDX format (idx3-ubyte), got ${got}; download it again`);
}

/** Read until it is more than its header says: what is packed may be small. */
async function contentsOf(path: string): Promise<Buffer> {
  checkFile(path, limits.pixels + headerBytes);
  const file = createReadStream(path);
  const chunks: Buffer[] = [];
  let size = 0;
  let most = Number.POSITIVE_INFINITY;
  try {
    for await (const chunk of path.endsWith('.gz') ? file.compose(createGunzip()) : file) {
      chunks.push(chunk as Buffer);
      const before = size;
      size += (chunk as Buffer).length;
      if (before < headerBytes && size >= headerBytes) {
        const { length, height, width } = headerOf(path, Buffer.concat(chunks));
        most = headerBytes + length * height * width;
      }
      if (size > most) break;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith(path)) throw error;
    throw new Error(
      `${path}: expected a whole .gz file, got one that is cut off or damaged (${reason}); download it again`,
      { cause: error },
    );
  }
  return Buffer.concat(chunks);
}
