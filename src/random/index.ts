export { type RandomState, RandomStream } from './random-stream.ts';
export { keyedSeed, type SeedKey, stream } from './seed-key.ts';
