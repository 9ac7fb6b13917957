import type { Size } from '../../geometry/index.ts';
import type { Orientation } from './orientation.ts';

/** What a JPEG says of itself before its pixels. */
export interface JpegHeader {
  /** As it is stored, before it is turned. */
  stored: Size;
  /** 1 gray, 3 color, 4 CMYK. */
  components: number;
  /** Coded as practically all are: 8 bits, Huffman codes; sequential or progressive. */
  usual: boolean;
  orientation: Orientation;
  /** Ends as a whole file does. One that does not may only have something appended. */
  ends: boolean;
}

const marker = { startOfScan: 0xda, application1: 0xe1, padding: 0xff } as const;

/** Start of frame: 0xc0 .. 0xcf without the tables (0xc4, 0xcc) and an extension (0xc8). */
function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

/**
 * Reads the segments up to the frame's (ITU T.81, annex B), and the orientation in EXIF's.
 *
 * @returns undefined where there is no frame with a size in it: the file is damaged or cut off
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation: Orientation = 1;
  let position = 2;
  while (position + 4 <= bytes.length) {
    const code = bytes[position + 1]!;
    if (bytes[position] !== 0xff || code === marker.padding) {
      position++;
      continue;
    }
    if (code === marker.startOfScan) return undefined;
    const end = position + 2 + view.getUint16(position + 2);
    if (end > bytes.length) return undefined;
    if (isFrame(code)) return frameOf(view, position, end, orientation);
    if (code === marker.application1) orientation = exifOrientation(bytes.subarray(position + 4, end)) ?? orientation;
    position = end;
  }
  return undefined;
}

function frameOf(view: DataView, position: number, end: number, orientation: Orientation): JpegHeader | undefined {
  if (end < position + 10) return undefined;
  const stored = { width: view.getUint16(position + 7), height: view.getUint16(position + 5) };
  if (stored.width === 0 || stored.height === 0) return undefined;
  const usual = view.getUint8(position + 1) <= 0xc2 && view.getUint8(position + 4) === 8;
  return { stored, components: view.getUint8(position + 9), usual, orientation, ends: endsWhole(view) };
}

/** The end-of-image marker is the last thing in the file, but for zeros that some cameras fill it up with. */
function endsWhole(view: DataView): boolean {
  let last = view.byteLength - 1;
  while (last > 0 && view.getUint8(last) === 0) last--;
  return last > 0 && view.getUint16(last - 1) === 0xffd9;
}

/** Tag 0x0112 of the first directory of the TIFF structure that EXIF is; undefined where there is none. */
function exifOrientation(segment: Uint8Array): Orientation | undefined {
  const name = String.fromCharCode(...segment.subarray(0, 6));
  if (name !== 'Exif\0\0' || segment.length < 14) return undefined;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.length - 6);
  const littleEndian = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, littleEndian);
  if (directory + 2 > tiff.byteLength) return undefined;
  const entries = tiff.getUint16(directory, littleEndian);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.byteLength) return undefined;
    if (tiff.getUint16(entry, littleEndian) !== 0x0112) continue;
    const value = tiff.getUint16(entry + 8, littleEndian);
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  }
  return undefined;
}
