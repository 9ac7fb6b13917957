import { stream } from '../../random/index.ts';
import { augmentImage } from '../augment.ts';
import type { Dataset, DrawnImages } from '../dataset.ts';
import { type View, wholeView } from '../decode/picture-plan.ts';
import { imageAt, imageBytes, type Layout } from '../images.ts';
import { pictureName } from '../picture-location.ts';
import { randAugment, sampleRandAugment } from '../rand-augment.ts';
import { eraseBox, sampleErasing } from '../random-erasing.ts';
import type { BadImage } from './bad-images.ts';
import type { BatchRecipe, BatchRequest } from './batch-recipe.ts';
import { makePicture } from './make-picture.ts';
import { importMapTarget } from './map-target.ts';

export interface MadeBatch {
  /** One after the other, without the bad ones. */
  images: Uint8Array<ArrayBuffer>;
  layout: Layout;
  /** What of its picture each of them shows. */
  views: View[];
  /** Their targets, where these follow the pictures. */
  targets?: unknown[] | undefined;
  bad: BadImage[];
  /** Those of the images whose files are odd. */
  warned: BadImage[];
}

/** Pictures of a batch under way at once in a thread: while one is decoded, the next are read. */
const underWay = 4;

/**
 * The images of one batch. They depend on the recipe and the request alone: every image has its own random stream, keyed
 * by (seed, 'augment', epoch, index). This is the one place that produces the pixels of image `index`.
 *
 * @param draw makes images that are neither in memory nor pictures
 * @throws where a picture's file cannot be read; one that is read and cannot be decoded is in `bad`
 */
export async function makeBatch(
  recipe: BatchRecipe,
  request: BatchRequest,
  draw?: DrawnImages['draw'],
): Promise<MadeBatch> {
  const made =
    request.pictures === undefined ? await fromPixels(recipe, request, draw) : await fromPictures(recipe, request);
  if (recipe.mapTarget === undefined || request.targets === undefined) return made;
  const bad = new Set(made.bad.map(({ index }) => index));
  const mapTarget = await importMapTarget(recipe.mapTarget);
  const good = request.targets.map((target, place) => ({ target, index: request.indices[place]! }));
  const targets = good
    .filter(({ index }) => !bad.has(index))
    .map(({ target, index }, place) => {
      try {
        return mapTarget(target, made.views[place]!);
      } catch (error) {
        throw imageError(recipe.owner, `mapTarget ${recipe.mapTarget!.name}`, index, error);
      }
    });
  return { ...made, targets };
}

/** An error in code of the data set's, told which image it is about. */
export function imageError(owner: string, what: string, index: number, cause: unknown): Error {
  return new Error(`${owner}: ${what} of image ${index}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}

/** The targets of some images of a set. @throws naming the set and the image, where it has none */
export function targetsOf<Target>(set: Dataset<Target>, indices: Int32Array): Promise<Target[]> {
  return Promise.all(
    Array.from(indices, async (index) => {
      try {
        return await set.target(index);
      } catch (error) {
        throw imageError(`${set.name} ${set.part}`, 'target', index, error);
      }
    }),
  );
}

async function fromPixels(
  recipe: BatchRecipe,
  { epoch, indices }: BatchRequest,
  draw: DrawnImages['draw'] | undefined,
): Promise<MadeBatch> {
  const { spec, images, seed, augment } = recipe;
  const bytes = imageBytes(spec);
  const batch = new Uint8Array(indices.length * bytes);
  const same = wholeView(spec);
  const views: View[] = [];
  for (const [place, index] of indices.entries()) {
    const image = images ? imageAt({ ...spec, images }, index) : await drawnImage(recipe, index, draw!);
    const target = batch.subarray(place * bytes, (place + 1) * bytes);
    if (augment === undefined) {
      target.set(image);
      views.push(same);
    } else {
      const random = stream(seed, 'augment', epoch, index);
      views.push({ ...same, ...augmentImage(image, spec, 'NCHW', augment, random, target) });
      vary(target, 'NCHW', recipe, epoch, index);
    }
  }
  return { images: batch, layout: 'NCHW', views, bad: [], warned: [] };
}

/** RandAugment and random erasing, whose streams of their own leave what else is drawn as it is. */
function vary(image: Uint8Array, layout: Layout, recipe: BatchRecipe, epoch: number, index: number): void {
  const { spec, seed, augment, meanColor } = recipe;
  if (augment?.randAugment) {
    const random = stream(seed, 'rand-augment', epoch, index);
    randAugment(image, spec, layout, sampleRandAugment(random, augment.randAugment, spec));
  }
  if (!augment?.erase) return;
  const box = sampleErasing(stream(seed, 'erase', epoch, index), augment.erase, spec);
  if (box) eraseBox(image, spec, layout, box, meanColor);
}

async function drawnImage({ owner, spec }: BatchRecipe, index: number, draw: DrawnImages['draw']): Promise<Uint8Array> {
  try {
    const image = await draw(index);
    if (image instanceof Uint8Array && image.length === imageBytes(spec)) return image;
    const { channels, height, width } = spec;
    const got = image instanceof Uint8Array ? `${image.length} bytes` : typeof image;
    throw new Error(`expected a Uint8Array of ${channels} x ${height} x ${width} bytes, got ${got}`);
  } catch (error) {
    throw imageError(owner, 'draw', index, error);
  }
}

async function fromPictures(recipe: BatchRecipe, request: BatchRequest): Promise<MadeBatch> {
  const { spec, seed } = recipe;
  const { epoch, indices, pictures = [] } = request;
  const bytes = imageBytes(spec);
  const batch = new Uint8Array(indices.length * bytes);
  const views = new Map<number, View>();
  const reasons = new Map<number, string>();
  const warnings = new Map<number, string>();
  const places = indices.keys();
  const takeTurns = async () => {
    for (const place of places) {
      const index = indices[place]!;
      const random = () => stream(seed, 'augment', epoch, index);
      const target = batch.subarray(place * bytes, (place + 1) * bytes);
      const made = await makePicture(index, pictures[place]!, recipe, random, target);
      if ('reason' in made) reasons.set(place, made.reason);
      else {
        views.set(place, made.view);
        vary(target, 'NHWC', recipe, epoch, index);
      }
      if ('warning' in made && made.warning !== undefined) warnings.set(place, made.warning);
    }
  };
  await Promise.all(Array.from({ length: underWay }, takeTurns));
  const inOrder = <Value>(found: Map<number, Value>) => [...found].sort(([a], [b]) => a - b);
  const listed = (found: Map<number, string>): BadImage[] =>
    inOrder(found).map(([place, reason]) => {
      return { index: indices[place]!, path: pictureName(pictures[place]!), reason };
    });
  return {
    images: reasons.size === 0 ? batch : withoutPlaces(batch, bytes, reasons),
    layout: 'NHWC',
    views: inOrder(views).map(([, view]) => view),
    bad: listed(reasons),
    warned: listed(warnings),
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
