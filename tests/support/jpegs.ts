/** JPEGs that no ordinary encoder writes, made of their segments (ITU T.81, annex B). */

/** A segment: its marker, its length, its contents. */
export const segment = (marker: number, ...body: number[]) => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];

const quantization = segment(0xdb, 0, ...new Array<number>(64).fill(1));
const oneCode = (table: number, symbol: number) => segment(0xc4, table, 1, ...new Array<number>(15).fill(0), symbol);

/**
 * A gray progressive picture of side x side pixels in ever finer scans, none of which changes anything: a bit for each block
 * in the first, four bytes for each 65,534 blocks in the others.
 */
export function jpegOfScans(count: number, side = 8): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const frame = segment(0xc2, 8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0);
  const parts = [0xff, 0xd8, ...quantization, ...frame, ...oneCode(0, 0), ...oneCode(0x10, 0xe0)];
  parts.push(...segment(0xda, 1, 1, 0, 0, 0, 0), ...zeroBits(blocks));
  // A run of blocks that end here: the code, and 14 bits for how many more than 16,384.
  const runs = zeroBits(15 * Math.ceil(blocks / 16384));
  for (let scan = 1; scan < count; scan++) {
    const [bit, coefficient] = [13 - Math.floor((scan - 1) / 63), 1 + ((scan - 1) % 63)];
    const bits = ((bit === 13 ? 0 : bit + 1) << 4) | bit;
    parts.push(...segment(0xda, 1, 1, 0, coefficient, coefficient, bits), ...runs);
  }
  return Buffer.from([...parts, 0xff, 0xd9]);
}

/** As many zeros, and ones to the end of the byte. */
function zeroBits(count: number): number[] {
  const bytes = new Array<number>(Math.ceil(count / 8)).fill(0);
  bytes[bytes.length - 1] = count % 8 === 0 ? 0 : 255 >> (count % 8);
  return bytes;
}

/**
 * A picture behind a segment of 65,535 bytes, before which stands a marker that has no length. Who reads one takes the
 * segment's first two bytes for it, and goes on at the frame of another picture in there, of 10 x 10.
 */
export function withFalseFrame(bytes: Buffer): Buffer {
  const application = Buffer.alloc(2 + 0xffff);
  application.set([0xff, 0xe0, 0xff, 0xff]);
  application.set(segment(0xc0, 8, 0, 10, 0, 10, 1, 1, 0x11, 0), 0xffe0);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0x01]), application, bytes.subarray(2)]);
}

/** With bytes put before the first marker of a kind (0xdb: the quantization tables, 0xda: the first scan). */
export function insertedBefore(bytes: Buffer, marker: number, inserted: readonly number[]): Buffer {
  const at = bytes.indexOf(Buffer.of(0xff, marker));
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(at)]);
}

/** 16 x 8 pixels in arithmetic codes: `cjpeg -quality 60 | jpegtran -arithmetic`. */
export const arithmeticJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//yQARCAAIABADASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwD+y9aP9TTJjmnkP7zcBlPPR9yQeYnC+EhY/9k=',
  'base64',
);
