/** Pictures of any origin, on their way to a network. */
import type { DecodedPicture, PictureSource } from '../data/index.ts';

/** A picture: a path, the bytes of a JPEG, PNG, WebP or TIFF file, or pixels that are decoded already, of any size. */
export type PictureInput = string | Uint8Array | DecodedPicture;

/** One picture or many, as a list or as they come. */
export type PictureInputs = PictureInput | Iterable<PictureInput> | AsyncIterable<PictureInput>;

/** @throws where it is none of the kinds */
export function pictureSource(input: PictureInput): PictureSource {
  if (typeof input === 'string') return { path: input };
  const path = 'picture in memory';
  if (!(input instanceof Uint8Array)) {
    if (isPixels(input)) return { path, contents: input };
    throw new Error(`picture: expected a path, a Uint8Array of a file's bytes, or pixels, got ${described(input)}`);
  }
  // A thread is given a copy of the memory that it is a part of: of Node's small buffers that is a pool of many.
  const isPart = input.byteLength < input.buffer.byteLength;
  return { path, contents: isPart || Buffer.isBuffer(input) ? new Uint8Array(input) : input };
}

/** The pictures one by one. A single text is a path, and a single array of bytes a file: neither is a list. */
export async function* pictureSources(inputs: PictureInputs): AsyncGenerator<PictureSource, void, void> {
  if (isOne(inputs)) yield pictureSource(inputs);
  else for await (const input of inputs) yield pictureSource(input);
}

function isOne(inputs: PictureInputs): inputs is PictureInput {
  if (typeof inputs === 'string' || inputs instanceof Uint8Array || isPixels(inputs)) return true;
  if (Symbol.iterator in Object(inputs) || Symbol.asyncIterator in Object(inputs)) return false;
  throw new Error(`pictures: expected paths, bytes or pixels, or a list of them, got ${described(inputs)}`);
}

function isPixels(input: unknown): input is DecodedPicture {
  return typeof input === 'object' && input !== null && 'data' in input && 'height' in input && 'width' in input;
}

function described(input: unknown): string {
  return typeof input === 'object' && input !== null ? input.constructor.name : String(input);
}
