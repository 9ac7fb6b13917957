/** Noise from integer hashing: the same on every machine, at any point, in any order. */

/** A well-mixed 32-bit integer for a cell of a grid (the finalizer of MurmurHash3 over both coordinates). */
export function hashCell(x: number, y: number, salt: number): number {
  let h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ salt;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Smooth noise in 0 .. 1: random values at whole coordinates, blended by 3t^2 - 2t^3 between them. */
export function latticeNoise(x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const dx = x - column;
  const dy = y - row;
  const right = dx * dx * (3 - 2 * dx);
  const down = dy * dy * (3 - 2 * dy);
  const top = blend(cellValue(column, row), cellValue(column + 1, row), right);
  const bottom = blend(cellValue(column, row + 1), cellValue(column + 1, row + 1), right);
  return blend(top, bottom, down);
}

/** Noise of mean 0 and deviation 1 from the four bytes of a hash: a sum of four uniforms, close to a normal. */
export function byteNoise(hash: number): number {
  const sum = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
  return (sum - 510) / 147.8;
}

function cellValue(x: number, y: number): number {
  return hashCell(x, y, 0) / 0xffffffff;
}

function blend(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}
