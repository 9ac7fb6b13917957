import type { AugmentOptions } from './augment.ts';
import { BadImages } from './bad-images.ts';
import { type BadImage, type MadeBatch, makeBatch } from './batch.ts';
import { batchRecipe, batchRequest } from './batch-recipe.ts';
import { BatchThreads } from './batch-threads.ts';
import { type EpochOrderOptions, epochOrder, shareLength } from './epoch-order.ts';
import type { ImageSet } from './image-set.ts';
import { largestWhole, showsWhole } from './picture-view.ts';

/** Some images of a set, in the order in which they were asked for. */
export interface Batch {
  /** Bytes as images, channels, rows, columns. */
  images: Uint8Array;
  labels: Int32Array;
  /** Which images of the set these are. */
  indices: Int32Array;
  shape: [images: number, channels: number, height: number, width: number];
  /** The batch's number in the epoch, from 0. */
  step: number;
}

export interface LoaderOptions {
  batchSize: number;
  /** Training: a new order every epoch. Otherwise every image exactly once, in order. */
  shuffle: boolean;
  seed: number;
  /** Random crop, flip and colors (default: none). */
  augment?: AugmentOptions | undefined;
  /** This process's number among `worldSize` (default 0 of 1). */
  rank?: number | undefined;
  worldSize?: number | undefined;
  /** What a picture that cannot be decoded does: stop the loop (default), or be left out of its batch and listed. */
  onBadImage?: 'fail' | 'skip' | undefined;
  /** Keep decoded pictures in memory; only where training shows them whole, up to 64 pixels (default false). */
  cache?: boolean | undefined;
  /** The most pixels that a picture may have; one of more counts as bad (default 100 million). */
  limitPixels?: number | undefined;
  /** Threads that prepare batches ahead (default 1); 0 prepares each when it is asked for. Never changes a byte. */
  workers?: number | undefined;
}

export interface Loader {
  /** Batches of an epoch; the last one may be smaller. */
  readonly stepsPerEpoch: number;
  /** The pictures that were left out so far, each once. */
  readonly badImages: readonly BadImage[];
  /**
   * The batches of an epoch, from `fromStep` on (default 0), as a run that is resumed needs them. Where pictures are left
   * out, a batch is smaller; one of which nothing is left does not come.
   */
  batches(epoch: number, fromStep?: number): AsyncGenerator<Batch, void, void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Batches made ahead of the one in use, so that one is ready even where making one takes as long as a step. */
const prefetch = 2;

/**
 * Batches of an image set. While the caller computes on one, threads prepare the next two; threads, because a training
 * step blocks the main one. The same options give the same bytes on every machine, whatever `workers` is.
 *
 * @throws where an option is out of range, where a training batch would be larger than this rank's share of the set, and
 * where the cache would not fit; in the loop, where a picture cannot be read, or cannot be decoded and is not skipped
 */
export function createLoader(set: ImageSet, options: LoaderOptions): Loader {
  const { batchSize, shuffle, seed, rank = 0, worldSize = 1, workers = 1, onBadImage = 'fail' } = options;
  const order = { shuffle, seed, rank, worldSize };
  checkOptions(set, order, options);
  const stepsPerEpoch = Math.ceil(shareLength(set.length, order) / batchSize);
  const recipe = batchRecipe(set, options);
  const threads = workers === 0 ? undefined : new BatchThreads(recipe, workers);
  const bad = new BadImages(onBadImage);

  async function* batches(epoch: number, fromStep = 0): AsyncGenerator<Batch, void, void> {
    checkWhole('fromStep', fromStep, 0);
    const all = epochOrder(set.length, epoch, order);
    const indicesOf = (step: number) => all.slice(step * batchSize, (step + 1) * batchSize);
    const ahead = threads === undefined ? 0 : Math.max(prefetch, workers);
    const ordered: Promise<MadeBatch>[] = [];
    let good = 0;
    for (let step = fromStep; step < stepsPerEpoch; step++) {
      for (let next = step + ordered.length; next <= step + ahead && next < stepsPerEpoch; next++) {
        const request = batchRequest(set, epoch, indicesOf(next));
        const made = threads?.make(request) ?? makeBatch(recipe, request);
        // A caller that leaves the loop early never awaits it, which must not count as an unhandled failure.
        made.catch(() => {});
        ordered.push(made);
      }
      const made = await ordered.shift()!;
      bad.add(made.bad);
      const batch = batchOf(set, step, indicesOf(step), made);
      good += batch.indices.length;
      if (batch.indices.length > 0) yield batch;
    }
    if (fromStep === 0) bad.checkEpoch(set, good);
  }

  return { stepsPerEpoch, badImages: bad.list, batches, close: async () => threads?.close() };
}

function batchOf(set: ImageSet, step: number, asked: Int32Array, { images, bad }: MadeBatch): Batch {
  const missing = new Set(bad.map(({ index }) => index));
  const indices = missing.size === 0 ? asked : asked.filter((index) => !missing.has(index));
  const shape: Batch['shape'] = [indices.length, set.channels, set.height, set.width];
  return { images, labels: indices.map((index) => set.labels[index]!), indices, shape, step };
}

function checkOptions(
  set: ImageSet,
  order: EpochOrderOptions,
  { batchSize, workers = 1, augment, cache }: LoaderOptions,
): void {
  checkWhole('batchSize', batchSize, 1);
  checkWhole('workers', workers, 0);
  checkWhole('worldSize', order.worldSize, 1);
  checkWhole('rank', order.rank, 0, order.worldSize - 1);
  checkWhole('augment.padding', augment?.padding ?? 0, 0);
  checkCache(set, { augment, cache });
  if (augment?.color && set.channels !== 3) {
    throw new Error(`loader: expected images in color for augment.color, got ${set.channels} channels; leave it out`);
  }
  const share = shareLength(set.length, order);
  if (!order.shuffle || batchSize <= share) return;
  const ofRank = order.worldSize === 1 ? '' : ` for each of ${order.worldSize} ranks`;
  throw new Error(
    `loader: expected batchSize to be at most the ${share} images of ${set.name} ${set.split}${ofRank}, ` +
      `got ${batchSize}; lower the batch size`,
  );
}

function checkCache(set: ImageSet, { augment, cache }: Pick<LoaderOptions, 'augment' | 'cache'>): void {
  if (!cache || augment === undefined || !('pictures' in set) || showsWhole(set)) return;
  throw new Error(
    `loader: expected images of at most ${largestWhole} pixels for the cache, got ${set.height} of ${set.name} ${set.split}: ` +
      'at this size every epoch takes other parts of the whole pictures; train without the cache, or at a smaller size',
  );
}

function checkWhole(name: string, value: number, least: number, most = Number.POSITIVE_INFINITY): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `in ${least}..${most}`;
  throw new Error(`loader: expected ${name} to be a whole number ${range}, got ${value}`);
}
