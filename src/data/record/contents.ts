import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { PictureLocation } from '../picture-location.ts';

/** Hexadecimal digits that stand for contents: 64 bits, of which two pictures of a data set do not share all by chance. */
const digits = 16;

/**
 * What stands for the bytes of a picture, or for pixels in memory.
 *
 * @returns undefined where a file cannot be read
 */
export function contentsOf(given: PictureLocation | Uint8Array): string | undefined {
  try {
    const bytes = given instanceof Uint8Array ? given : bytesOf(given);
    return createHash('sha256').update(bytes).digest('hex').slice(0, digits);
  } catch {
    return undefined;
  }
}

function bytesOf({ path, member }: PictureLocation): Uint8Array {
  if (member === undefined) return readFileSync(path);
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(member.size);
    return bytes.subarray(0, readSync(file, bytes, 0, member.size, member.offset));
  } finally {
    closeSync(file);
  }
}
