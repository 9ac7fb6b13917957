import { expect, test } from 'vitest';
import { murmurHash128 } from './murmur-hash.ts';

function littleEndian(words: readonly number[]): Uint8Array {
  return Uint8Array.from(
    words.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24].map((byte) => byte & 255)),
  );
}

test('the hash has the published verification value of MurmurHash3_x86_128', () => {
  // SMHasher's recipe: hash the keys (), (0), (0, 1), ... of length i with seed 256 - i, then hash all the hashes.
  const hashes = new Uint8Array(256 * 16);
  for (let length = 0; length < 256; length++) {
    const key = Uint8Array.from({ length }, (_, i) => i);
    hashes.set(littleEndian(murmurHash128(key, 256 - length)), length * 16);
  }
  expect(murmurHash128(hashes)[0]).toBe(0xb3ece62a);
});
