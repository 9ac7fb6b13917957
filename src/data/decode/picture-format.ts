export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff';

/** Of a picture that is whole, and still none that is read. */
export class UnreadPictureError extends Error {}

/** So many bytes from the start of a file tell what it is. */
export const startBytes = 512;

/**
 * What kind of picture it is, by its first bytes: names of files lie.
 *
 * @throws where it is none of the four that are read, saying what it looks like
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat {
  const format = formatOf(bytes);
  if (format !== undefined) return format;
  const { what, isPicture } = looksLike(bytes);
  throw new Error(`expected a JPEG, PNG, WebP or TIFF picture, got ${what}${isPicture ? '; convert it' : ''}`);
}

/** The format of a picture that is read, by its first bytes; undefined of all others. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  const start = textOf(bytes);
  if (start.startsWith('\xff\xd8')) return 'jpeg';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^RIFF....WEBP/s.test(start)) return 'webp';
  return /^(II[*+]\0|MM\0[*+])/.test(start) ? 'tiff' : undefined;
}

/** What stands in other files, and how far from their start. */
const others: readonly (readonly [mark: string, what: string, at?: number])[] = [
  ['GIF87a', 'a GIF'],
  ['GIF89a', 'a GIF'],
  ['ftyp', 'an AVIF, HEIC or video', 4],
  ['JXL ', 'a JPEG XL', 4],
  ['\xff\x0a', 'a JPEG XL'],
  ['jP  ', 'a JPEG 2000', 4],
  ['\xff\x4f\xff\x51', 'a JPEG 2000'],
  ['8BPS', 'a Photoshop file'],
  ['v/1\x01', 'an OpenEXR'],
  ['DICM', 'a DICOM', 128],
  ['\x93NUMPY', 'an array of NumPy'],
];

const archives: typeof others = [
  ['PK', 'an archive'],
  ['\x1f\x8b', 'an archive'],
  ['ustar', 'an archive', 257],
];

/** What a file is that is no picture of those that are read, by its first bytes. */
export function looksLike(bytes: Uint8Array): { what: string; isPicture: boolean; isText?: boolean } {
  const start = textOf(bytes);
  const marked = (list: typeof others) => list.find(([mark, , at = 0]) => start.startsWith(mark, at))?.[1];
  const isBmp = /^BM(.{4}\0{4}|.{0,7}$)/s.test(start);
  const picture = isBmp ? 'a BMP' : /^P[1-7]\s/.test(start) ? 'a PNM' : marked(others);
  if (picture !== undefined) return { what: picture, isPicture: true };
  if (bytes.length === 0) return { what: 'an empty file', isPicture: false, isText: true };
  const sample = bytes.subarray(0, 256);
  if (sample.every((byte) => byte === 0)) {
    return { what: 'zeros: the file was not written to its end', isPicture: false };
  }
  const isText = sample.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  if (isText) return { what: 'text', isPicture: false, isText };
  return { what: marked(archives) ?? 'something else', isPicture: false };
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, startBytes));
}
