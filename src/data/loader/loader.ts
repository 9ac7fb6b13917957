import { checkOption, type IntegerRange, integer, number } from '../../options/index.ts';
import type { AugmentOptions } from '../augment.ts';
import type { Batch, Dataset } from '../dataset.ts';
import { largestWhole, mostPadding, showsWhole } from '../picture-view.ts';
import { mostThreads } from '../worker-thread.ts';
import { type BadImage, BadImages, ListedImages } from './bad-images.ts';
import { batchRecipe, batchRequest } from './batch-recipe.ts';
import { BatchThreads } from './batch-threads.ts';
import { type EpochOrderOptions, epochOrder, shareLength } from './epoch-order.ts';
import { madeAhead } from './made-ahead.ts';
import { type MadeBatch, makeBatch, targetsOf } from './make-batch.ts';
import type { MapTargetModule } from './map-target.ts';

export interface LoaderOptions {
  /** Images of a batch, at least 1. */
  batchSize: number;
  /** Training: a new order every epoch. Otherwise every image exactly once, in order. */
  shuffle: boolean;
  /** Keys the order and what is varied. */
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
  /**
   * Threads that prepare batches ahead (default 1); 0 prepares each when it is asked for. Never changes a byte. Images that
   * a program draws are made in the main thread whatever this says.
   */
  workers?: number | undefined;
  /** How a target follows what its image shows of the picture (default: targets are as the set has them). */
  mapTarget?: MapTargetModule | undefined;
}

export interface Loader<Target = unknown> {
  readonly set: Dataset<Target>;
  /** Images of a batch, of which the last one of an epoch may have fewer. */
  readonly batchSize: number;
  /** Batches of an epoch. */
  readonly stepsPerEpoch: number;
  /** The pictures that were left out so far, each once. */
  readonly badImages: readonly BadImage[];
  /**
   * The pictures that were read so far although their files are odd, each once: with extra bytes before a marker, or an
   * unknown version of JFIF. None of their pixels is damaged.
   */
  readonly warnedImages: readonly BadImage[];
  /**
   * The batches of an epoch, from `fromStep` on (default 0), as a run that is resumed needs them. Where pictures are left
   * out, a batch is smaller; one of which nothing is left does not come.
   */
  batches(epoch: number, fromStep?: number): AsyncGenerator<Batch<Target>, void, void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Batches made ahead of the one in use, so that one is ready even where making one takes as long as a step. */
export const prefetch = 2;

/** A batch and the targets of the images in it. */
interface Prepared<Target> extends MadeBatch {
  indices: Int32Array;
  targets: Target[];
}

/**
 * Batches of a data set. While the caller computes on one, threads prepare the next two; threads, because a training
 * step blocks the main one. The same options give the same bytes on every machine, whatever `workers` is.
 *
 * @throws where an option is out of range, where a training batch would be larger than this rank's share of the set, and
 * where the cache would not fit; in the loop, where a picture cannot be read, or cannot be decoded and is not skipped, and
 * where an image cannot be drawn or has no target
 */
export function createLoader<Target>(set: Dataset<Target>, options: LoaderOptions): Loader<Target> {
  const { batchSize, shuffle, seed, rank = 0, worldSize = 1, workers = 1, onBadImage = 'fail', mapTarget } = options;
  const order = { shuffle, seed, rank, worldSize };
  checkOptions(set, order, options);
  const stepsPerEpoch = Math.ceil(shareLength(set.length, order) / batchSize);
  const recipe = batchRecipe(set, options);
  const draw = 'draw' in set ? set.draw.bind(set) : undefined;
  const threads = workers === 0 || draw !== undefined ? undefined : new BatchThreads(recipe, workers);
  const bad = new BadImages(onBadImage);
  const warned = new ListedImages();

  async function prepare(epoch: number, asked: Int32Array): Promise<Prepared<Target>> {
    const request = batchRequest(set, epoch, asked);
    if (mapTarget !== undefined) request.targets = await targetsOf(set, asked);
    const made = await (threads?.make(request) ?? makeBatch(recipe, request, draw));
    const missing = new Set(made.bad.map(({ index }) => index));
    const indices = missing.size === 0 ? asked : asked.filter((index) => !missing.has(index));
    return { ...made, indices, targets: (made.targets as Target[] | undefined) ?? (await targetsOf(set, indices)) };
  }

  async function* batches(epoch: number, fromStep = 0): AsyncGenerator<Batch<Target>, void, void> {
    checkOption('loader', 'fromStep', integer({ min: 0 }), fromStep);
    const all = epochOrder(set.length, epoch, order);
    const ahead = threads === undefined ? 0 : Math.max(prefetch, workers);
    const steps = Array.from({ length: stepsPerEpoch - fromStep }, (_, i) => fromStep + i);
    const prepareStep = async (step: number) => {
      return { step, ...(await prepare(epoch, all.slice(step * batchSize, (step + 1) * batchSize))) };
    };
    let good = 0;
    for await (const made of madeAhead(steps, prepareStep, ahead)) {
      const { step, images, layout, views, targets, indices, ...found } = made;
      bad.add(found.bad);
      warned.add(found.warned);
      good += indices.length;
      const shape: Batch['shape'] = [indices.length, set.channels, set.height, set.width];
      if (indices.length > 0) yield { images, layout, shape, targets, views, indices, step };
    }
    if (fromStep === 0) bad.checkEpoch(set, good);
  }

  return {
    ...{ set, batchSize, stepsPerEpoch, badImages: bad.list, warnedImages: warned.list, batches },
    close: async () => threads?.close(),
  };
}

function checkOptions(set: Dataset, order: EpochOrderOptions, options: LoaderOptions): void {
  const { batchSize, workers = 1, augment, cache } = options;
  const check = (name: string, value: number, range: IntegerRange) =>
    checkOption('loader', name, integer(range), value);
  check('batchSize', batchSize, { min: 1, guard: 1_000_000 });
  check('workers', workers, { min: 0, guard: mostThreads });
  check('worldSize', order.worldSize, { min: 1 });
  check('rank', order.rank, { min: 0, max: order.worldSize - 1 });
  check('augment.padding', augment?.padding ?? 0, { min: 0, guard: mostPadding });
  checkVariation(set, options);
  checkCache(set, { augment, cache });
  const share = shareLength(set.length, order);
  if (!order.shuffle || batchSize <= share) return;
  const ofRank = order.worldSize === 1 ? '' : ` for each of ${order.worldSize} ranks`;
  throw new Error(
    `loader: expected batchSize to be at most the ${share} images of ${set.name} ${set.part}${ofRank}, ` +
      `got ${batchSize}; lower the batch size`,
  );
}

function checkVariation(set: Dataset, { augment, mapTarget }: LoaderOptions): void {
  const { randAugment } = augment ?? {};
  checkOption('loader', 'augment.erase', number({ min: 0, max: 1 }), augment?.erase ?? 0);
  checkOption('loader', 'augment.randAugment.magnitude', number({ min: 0, max: 30 }), randAugment?.magnitude ?? 0);
  checkOption('loader', 'augment.randAugment.operations', integer({ min: 1 }), randAugment?.operations ?? 1);
  const ofColor = (['color', 'randAugment'] as const).find((key) => augment?.[key]);
  if (ofColor && set.channels !== 3) {
    const got = `got ${set.channels} channels; leave it out`;
    throw new Error(`loader: expected images in color for augment.${ofColor}, ${got}`);
  }
  if (!randAugment || !mapTarget) return;
  throw new Error(
    `loader: augment.randAugment moves what images show in ways that mapTarget (${mapTarget.name}) is not told of; leave one out`,
  );
}

function checkCache(set: Dataset, { augment, cache }: Pick<LoaderOptions, 'augment' | 'cache'>): void {
  if (!cache || augment === undefined || !('pictures' in set) || showsWhole(set)) return;
  throw new Error(
    `loader: expected images of at most ${largestWhole} pixels for the cache, got ${set.height} of ${set.name} ${set.part}: ` +
      'at this size every epoch takes other parts of the whole pictures; train without the cache, or at a smaller size',
  );
}
