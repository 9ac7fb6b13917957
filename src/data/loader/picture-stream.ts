/** Batches of pictures that belong to no data set: as evaluation shows them, as they come, however many there are. */
import { checkOption, integer } from '../../options/index.ts';
import type { ImageBatch } from '../dataset.ts';
import type { ImageSpec } from '../images.ts';
import type { PictureSource } from '../picture-location.ts';
import type { PictureFit } from '../picture-view.ts';
import type { BadImage } from './bad-images.ts';
import type { BatchRecipe } from './batch-recipe.ts';
import { BatchThreads } from './batch-threads.ts';
import { prefetch } from './loader.ts';
import { madeAhead } from './made-ahead.ts';
import { makeBatch } from './make-batch.ts';

/** How pictures are shown to a network. */
export interface ShownImages extends ImageSpec {
  /** Default `'crop'`. */
  fit?: PictureFit | undefined;
  /** The share of its side that is shown (default: see `evaluationView`). */
  cropShare?: number | undefined;
}

export interface PictureStreamOptions {
  /** Threads that decode (default 1), begun with the first batch; 0 decodes in the main thread. */
  workers?: number | undefined;
  /** A picture of more pixels is a bad one. Default: that of `decodeImage`. */
  limitPixels?: number | undefined;
}

/** Some of the pictures, in their order. */
export interface PictureBatch extends ImageBatch {
  /** The number of its first picture; numbers, as in `indices`, count from the start of the stream. */
  start: number;
  /** All that the batch was to be made of, the bad ones too. */
  sources: readonly PictureSource[];
  /** Those of them that cannot be read or decoded, of which the batch has no image. */
  bad: readonly BadImage[];
}

export interface PictureStream {
  /** Batches of pictures; only a few batches are in memory at any time. Several streams may go on at once. */
  batches(
    pictures: Iterable<PictureSource> | AsyncIterable<PictureSource>,
    batchSize: number,
  ): AsyncGenerator<PictureBatch, void, void>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Opens a stream of pictures: each is decoded as a loader decodes it for evaluation, to the byte.
 *
 * @throws where the images are not in color: pictures are decoded in color
 */
export function pictureStream(
  shown: ShownImages,
  { workers = 1, limitPixels }: PictureStreamOptions = {},
): PictureStream {
  const { channels, height, width, fit, cropShare } = shown;
  if (channels !== 3) {
    throw new Error(`pictures: expected a network of images in color (3 channels), got one of ${channels}`);
  }
  const recipe: BatchRecipe = {
    ...{ owner: 'pictures', spec: { channels, height, width }, fit, cropShare, seed: 0, meanColor: [], limitPixels },
    listUnread: true,
  };
  let threads: BatchThreads | undefined;

  async function made({ start, sources }: { start: number; sources: PictureSource[] }): Promise<PictureBatch> {
    const asked = Int32Array.from(sources, (_, place) => start + place);
    const request = { epoch: 0, indices: asked, pictures: sources };
    if (workers > 0) threads ??= new BatchThreads(recipe, workers);
    const { images, layout, views, bad } = await (threads?.make(request) ?? makeBatch(recipe, request));
    const missing = new Set(bad.map(({ index }) => index));
    const indices = asked.filter((index) => !missing.has(index));
    return { images, layout, views, indices, start, sources, bad, shape: [indices.length, channels, height, width] };
  }

  return {
    batches(pictures, batchSize) {
      checkOption('pictures', 'batchSize', integer({ min: 1, guard: 1_000_000 }), batchSize);
      const ahead = workers === 0 ? 0 : Math.max(prefetch, workers);
      return madeAhead(groups(pictures, batchSize), made, ahead);
    },
    close: async () => threads?.close(),
  };
}

/** The pictures in groups of `size`, of which the last one may be smaller. */
async function* groups(pictures: Iterable<PictureSource> | AsyncIterable<PictureSource>, size: number) {
  let start = 0;
  let sources: PictureSource[] = [];
  for await (const picture of pictures) {
    sources.push(picture);
    if (sources.length < size) continue;
    yield { start, sources };
    start += sources.length;
    sources = [];
  }
  if (sources.length > 0) yield { start, sources };
}
