import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readBuildInfo } from '../../../scripts/setup/built-addon.mjs';
import type { Size } from '../../geometry/index.ts';
import type { Orientation } from './picture-plan.ts';
import { type Resampling, regionOf } from './resample.ts';

/** What `native/jpeg` exports. */
interface JpegAddon {
  readHeader(bytes: Uint8Array, header: Int32Array): void;
  decodeRegion(
    bytes: Uint8Array,
    region: Int32Array,
    horizontalFirst: Int32Array,
    horizontalWeights: Int32Array,
    verticalFirst: Int32Array,
    verticalWeights: Int32Array,
    target: Uint8Array,
  ): string;
}

/** The addon built beside LibTorch's, or why it is not there. PATCHWORK_JPEG=off does without it. */
function load(): JpegAddon | string {
  if (process.env.PATCHWORK_JPEG === 'off') return 'PATCHWORK_JPEG=off';
  const path = readBuildInfo()?.jpegAddon;
  if (path === undefined) return 'not built: npx patchwork setup';
  if (!existsSync(path)) return 'built without it: apt-get install libjpeg-dev, then npx patchwork setup';
  try {
    const found = createRequire(import.meta.url)(path) as Partial<JpegAddon>;
    // What it takes changes with its names.
    return found.readHeader === undefined ? 'built from older sources: npx patchwork setup' : (found as JpegAddon);
  } catch (error) {
    // Its libjpeg may be gone since: no reason to stop, sharp decodes too.
    return `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const addon = load();

/** Whether JPEGs are decoded by libjpeg-turbo; else sharp does it, several times slower. */
export const hasJpegAddon: boolean = typeof addon !== 'string';

/** One line for people: what decodes JPEGs, and why nothing faster. */
export function describeJpegDecoder(): string {
  return typeof addon === 'string' ? `sharp, several times slower than libjpeg-turbo (${addon})` : 'libjpeg-turbo';
}

/** What a JPEG says of itself before its pixels. */
export interface JpegHeader {
  /** As it is stored, before it is turned. */
  stored: Size;
  /** Whether `decodeJpeg` can: gray or color, Huffman codes; not CMYK, not arithmetic codes. */
  decodable: boolean;
  orientation: Orientation;
}

/**
 * The header, read by the very code that decodes: another reader could see another picture in the same file.
 *
 * @throws with libjpeg's message where the file is damaged or cut off before its pixels
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const header = new Int32Array(4);
  expectAddon().readHeader(bytes, header);
  const [width, height, decodable, orientation] = header as unknown as [number, number, number, Orientation];
  return { stored: { width, height }, decodable: decodable === 1, orientation };
}

export interface JpegRegion {
  /** Of the whole picture as it is stored; a file in which libjpeg finds another is refused. */
  picture: Size;
  /** Decode at 1, 1/2, 1/4 or 1/8 of the size; the taps are for that size. */
  denominator: 1 | 2 | 4 | 8;
  resampling: Resampling;
  /** Read the whole file, to see whether it is damaged beyond the region. */
  wholeFile: boolean;
}

/**
 * Decodes and resamples a part of a JPEG, as it is stored: red, green and blue of each pixel in turn.
 *
 * @returns libjpeg's warning where it met an oddity that damages no pixel, as extra bytes before a marker
 * @throws with libjpeg's message where the part is damaged; where the picture has another size than was said, or more than
 *   100 scans (of more than 16 million pixels: 1.6 billion pixels in all scans, but at least 16 scans)
 */
export function decodeJpeg(
  bytes: Uint8Array,
  { picture, denominator, resampling, wholeFile }: JpegRegion,
  target: Uint8Array,
): string | undefined {
  const { left, top, width, height } = regionOf(resampling);
  const { width: pictureWidth, height: pictureHeight } = picture;
  const region = Int32Array.of(pictureWidth, pictureHeight, denominator, left, top, width, height, wholeFile ? 1 : 0);
  const { horizontal: h, vertical: v } = resampling;
  return expectAddon().decodeRegion(bytes, region, h.first, h.weights, v.first, v.weights, target) || undefined;
}

function expectAddon(): JpegAddon {
  if (typeof addon !== 'string') return addon;
  throw new Error(`jpeg: expected the addon of libjpeg-turbo, got none (${addon})`);
}
