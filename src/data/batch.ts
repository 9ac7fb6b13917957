import { stream } from '../random/index.ts';
import { augmentImage } from './augment.ts';
import type { BatchRecipe, BatchRequest } from './batch-recipe.ts';
import { imageAt, imageBytes } from './image-set.ts';
import { makePicture } from './make-picture.ts';
import { pictureName } from './picture-location.ts';

/** A picture that cannot be decoded. */
export interface BadImage {
  /** Its number in the set. */
  index: number;
  path: string;
  reason: string;
}

export interface MadeBatch {
  /** One after the other, without the bad ones. */
  images: Uint8Array<ArrayBuffer>;
  bad: BadImage[];
}

/** Pictures of a batch under way at once in a thread: while one is decoded, the next are read. */
const underWay = 4;

/**
 * The images of one batch. They depend on the recipe and the request alone: every image has its own random stream, keyed
 * by (seed, 'augment', epoch, index). This is the one place that produces the pixels of image `index`.
 *
 * @throws where a picture's file cannot be read; one that is read and cannot be decoded is in `bad`
 */
export async function makeBatch(recipe: BatchRecipe, request: BatchRequest): Promise<MadeBatch> {
  const { images, seed, augment } = recipe;
  const { epoch, indices, pictures = [] } = request;
  const bytes = imageBytes(images);
  const batch = new Uint8Array(indices.length * bytes);
  const targetOf = (place: number) => batch.subarray(place * bytes, (place + 1) * bytes);
  const randomOf = (place: number) => stream(seed, 'augment', epoch, indices[place]!);

  if ('images' in images) {
    indices.forEach((index, place) => {
      if (augment === undefined) targetOf(place).set(imageAt(images, index));
      else augmentImage(imageAt(images, index), images, augment, randomOf(place), targetOf(place));
    });
    return { images: batch, bad: [] };
  }

  const reasons = new Map<number, string>();
  const places = indices.keys();
  const takeTurns = async () => {
    for (const place of places) {
      const random = () => randomOf(place);
      const reason = await makePicture(indices[place]!, pictures[place]!, recipe, random, targetOf(place));
      if (reason !== undefined) reasons.set(place, reason);
    }
  };
  await Promise.all(Array.from({ length: underWay }, takeTurns));
  const bad = [...reasons].sort(([a], [b]) => a - b);
  return {
    images: bad.length === 0 ? batch : withoutPlaces(batch, bytes, reasons),
    bad: bad.map(([place, reason]) => ({ index: indices[place]!, path: pictureName(pictures[place]!), reason })),
  };
}

/** The images of a batch without those at some places. */
function withoutPlaces(
  batch: Uint8Array<ArrayBuffer>,
  bytes: number,
  places: ReadonlyMap<number, unknown>,
): Uint8Array<ArrayBuffer> {
  const kept = new Uint8Array(batch.length - places.size * bytes);
  let end = 0;
  for (let start = 0; start < batch.length; start += bytes) {
    if (places.has(start / bytes)) continue;
    kept.set(batch.subarray(start, start + bytes), end);
    end += bytes;
  }
  return kept;
}
