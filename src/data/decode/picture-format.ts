export type PictureFormat = 'jpeg' | 'png' | 'webp';

/**
 * What kind of picture it is, by its first bytes: names of files lie.
 *
 * @throws where it is none of the three that are read, saying what it looks like
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'webp';
  throw new Error(`expected a JPEG, PNG or WebP picture, got ${looksLike(bytes, start)}`);
}

function looksLike(bytes: Uint8Array, start: string): string {
  if (bytes.length === 0) return 'an empty file';
  if (/^GIF8[79]a/.test(start)) return 'a GIF; convert it';
  if (/^(II\*\0|MM\0\*)/.test(start)) return 'a TIFF; convert it';
  if (start.startsWith('BM')) return 'a BMP; convert it';
  if (/^....ftyp/s.test(start)) return 'an AVIF, HEIC or video; convert it';
  const sample = bytes.subarray(0, 256);
  if (sample.every((byte) => byte === 0)) return 'zeros: the file was not written to its end';
  const isText = sample.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  return isText ? 'text' : 'something else';
}
