/**
 * MurmurHash3_x86_128 (Austin Appleby, public domain): 128 well-mixed bits of some bytes, in 32-bit arithmetic only.
 *
 * Chosen because its four words are exactly the state of the generator, because it is the same on every machine, and
 * because it has a published verification value (0xB3ECE62A), which the test recomputes. It is no cryptographic hash.
 *
 * @returns four unsigned 32-bit words
 */
export function murmurHash128(bytes: Uint8Array, seed = 0): [number, number, number, number] {
  const hash: Words = [seed, seed, seed, seed];
  const blocksEnd = bytes.length - (bytes.length % 16);
  for (let start = 0; start < blocksEnd; start += 16) {
    mixBlock(hash, readBlock(bytes, start));
  }
  // The bytes left over, padded with zeros: a word of zeros scrambles to zero, so padding changes nothing.
  const tail = readBlock(bytes, blocksEnd);
  for (let i = 0; i < 4; i++) hash[i]! ^= scramble(tail[i]!, i);
  return finish(hash, bytes.length);
}

type Words = [number, number, number, number];

const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const SCRAMBLE_ROTATIONS = [15, 16, 17, 18] as const;
const MIX_ROTATIONS = [19, 17, 15, 13] as const;
const MIX_CONSTANTS = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const;

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function readBlock(bytes: Uint8Array, start: number): Words {
  const words: Words = [0, 0, 0, 0];
  const end = Math.min(start + 16, bytes.length);
  for (let i = start; i < end; i++) {
    words[(i - start) >> 2]! |= bytes[i]! << (8 * ((i - start) & 3));
  }
  return words;
}

function scramble(word: number, lane: number): number {
  const multiplied = Math.imul(word, MULTIPLIERS[lane]!);
  return Math.imul(rotateLeft(multiplied, SCRAMBLE_ROTATIONS[lane]!), MULTIPLIERS[(lane + 1) % 4]!);
}

function mixBlock(hash: Words, block: Words): void {
  for (let i = 0; i < 4; i++) {
    const rotated = rotateLeft(hash[i]! ^ scramble(block[i]!, i), MIX_ROTATIONS[i]!);
    hash[i] = (Math.imul(rotated + hash[(i + 1) % 4]!, 5) + MIX_CONSTANTS[i]!) | 0;
  }
}

/** fmix32: every bit of the input changes every bit of the output with probability one half. */
function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function finish(hash: Words, length: number): Words {
  const spread = ([a, b, c, d]: Words): Words => {
    const sum = (a + b + c + d) | 0;
    return [sum, (b + sum) | 0, (c + sum) | 0, (d + sum) | 0];
  };
  const [a, b, c, d] = spread(hash.map((word) => word ^ length) as Words);
  return spread([avalanche(a), avalanche(b), avalanche(c), avalanche(d)]).map((word) => word >>> 0) as Words;
}
