import { murmurHash128 } from './murmur-hash.ts';
import { RandomStream } from './random-stream.ts';

/** What a stream is for, from the general to the particular: `'mix', epoch, step`. */
export type SeedKey = readonly (string | number)[];

/**
 * A seed for one purpose, derived from the seed of the run: an integer in 0 .. 2^53 - 1, the same on every machine.
 * For generators that are not ours and take one number; ours takes `stream`, which keeps all 128 bits.
 */
export function keyedSeed(seed: number, ...key: SeedKey): number {
  const [high, low] = hashKey(seed, key);
  return high * 2 ** 21 + (low >>> 11);
}

/**
 * The random stream of one purpose. The same seed and key give the same numbers whatever else was drawn before, so
 * neither the number of workers nor a restart changes a run; any other seed or key gives an independent stream.
 *
 * @example stream(seed, 'mix', epoch, step).beta(1, 1)
 */
export function stream(seed: number, ...key: SeedKey): RandomStream {
  return RandomStream.fromState(hashKey(seed, key));
}

/** Hashes the key as JSON text, which tells 1 from '1' and ('ab', 'c') from ('a', 'bc'). */
function hashKey(seed: number, key: SeedKey): [number, number, number, number] {
  for (const part of [seed, ...key]) {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new Error(`seed: expected finite numbers, got ${part} in (${[seed, ...key].join(', ')})`);
    }
  }
  return murmurHash128(new TextEncoder().encode(JSON.stringify([seed, ...key])));
}
