import type { AugmentOptions } from './augment.ts';
import { makeBatch } from './batch.ts';
import { BatchThreads } from './batch-threads.ts';
import { type EpochOrderOptions, epochOrder, shareLength } from './epoch-order.ts';
import type { ImageSet } from './image-set.ts';

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
  /** Random crop and flip (default: none). */
  augment?: AugmentOptions | undefined;
  /** This process's number among `worldSize` (default 0 of 1). */
  rank?: number | undefined;
  worldSize?: number | undefined;
  /** Threads that prepare batches ahead (default 1); 0 prepares each when it is asked for. Never changes a byte. */
  workers?: number | undefined;
}

export interface Loader {
  /** Batches of an epoch; the last one may be smaller. */
  readonly stepsPerEpoch: number;
  /** The batches of an epoch, from `fromStep` on (default 0), as a run that is resumed needs them. */
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
 * @throws where an option is out of range, and where a training batch would be larger than this rank's share of the set
 */
export function createLoader(set: ImageSet, options: LoaderOptions): Loader {
  const { batchSize, shuffle, seed, augment, rank = 0, worldSize = 1, workers = 1 } = options;
  const order = { shuffle, seed, rank, worldSize };
  checkOptions(set, order, { batchSize, workers, padding: augment?.padding ?? 0 });
  const stepsPerEpoch = Math.ceil(shareLength(set.length, order) / batchSize);
  const { images, channels, height, width, labels } = set;
  const recipe = { images: { images, channels, height, width }, seed, augment };
  const threads = workers === 0 ? undefined : new BatchThreads(recipe, workers);

  async function* batches(epoch: number, fromStep = 0): AsyncGenerator<Batch, void, void> {
    checkWhole('fromStep', fromStep, 0);
    const all = epochOrder(set.length, epoch, order);
    const request = (step: number) => ({ epoch, indices: all.slice(step * batchSize, (step + 1) * batchSize) });
    const ahead = threads === undefined ? 0 : Math.max(prefetch, workers);
    const made: Promise<Uint8Array>[] = [];
    for (let step = fromStep, ordered = fromStep; step < stepsPerEpoch; step++) {
      for (; ordered <= step + ahead && ordered < stepsPerEpoch; ordered++) {
        const batch = threads?.make(request(ordered)) ?? Promise.resolve(makeBatch(recipe, request(ordered)));
        // A caller that leaves the loop early never awaits it, which must not count as an unhandled failure.
        batch.catch(() => {});
        made.push(batch);
      }
      const { indices } = request(step);
      const shape: Batch['shape'] = [indices.length, channels, height, width];
      yield { images: await made.shift()!, labels: indices.map((i) => labels[i]!), indices, shape, step };
    }
  }

  return { stepsPerEpoch, batches, close: async () => threads?.close() };
}

function checkOptions(
  set: ImageSet,
  order: EpochOrderOptions,
  { batchSize, workers, padding }: { batchSize: number; workers: number; padding: number },
): void {
  checkWhole('batchSize', batchSize, 1);
  checkWhole('workers', workers, 0);
  checkWhole('worldSize', order.worldSize, 1);
  checkWhole('rank', order.rank, 0, order.worldSize - 1);
  checkWhole('augment.padding', padding, 0);
  const share = shareLength(set.length, order);
  if (!order.shuffle || batchSize <= share) return;
  const ofRank = order.worldSize === 1 ? '' : ` for each of ${order.worldSize} ranks`;
  throw new Error(
    `loader: expected batchSize to be at most the ${share} images of ${set.name} ${set.split}${ofRank}, ` +
      `got ${batchSize}; lower the batch size`,
  );
}

function checkWhole(name: string, value: number, least: number, most = Number.POSITIVE_INFINITY): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `in ${least}..${most}`;
  throw new Error(`loader: expected ${name} to be a whole number ${range}, got ${value}`);
}
