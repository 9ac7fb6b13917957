/** Data sets that are drawn into memory from a seed, identical on every machine. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { integer, option } from '../../options/index.ts';
import { readOnce } from '../boxes/ground-truth.ts';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { type Normalization, sharedIntegers } from '../images.ts';
import { allocateImages } from '../own-dataset.ts';
import { startThread } from '../worker-thread.ts';
import { type DrawingOptions, type DrawingRange, drawPictures } from './draw-pictures.ts';

/** What can be chosen of every drawn set. @param train, test how many images it has unless it is said otherwise */
export const drawnOptions = (train: number, test: number) => ({
  size: option(integer({ min: 16, guard: 1024 }), { default: 32, description: 'height and width in pixels' }),
  train: option(integer({ min: 1, guard: 10_000_000 }), { default: train, description: 'how many training images' }),
  test: option(integer({ min: 1, guard: 10_000_000 }), { default: test, description: 'how many test images' }),
  seed: option(integer({ min: 0 }), {
    default: 0,
    description: 'chooses the scenes, and the shares that are set aside',
  }),
});

/** What all pictures of a drawn set have. */
export interface DrawnSet {
  set: DrawingRange['set'];
  classes: readonly string[];
  /** Names of the parts whose places are known. */
  parts?: readonly string[];
  normalization: Normalization;
}

/** Starting a thread costs about as much as drawing this many scenes. */
const scenesWorthAThread = 500;

export interface DrawSetOptions extends Record<'train' | 'test' | 'seed' | 'size', number> {
  /** Threads that draw (default: the processors, but no thread for fewer than 500 pictures). Never changes a byte. */
  workers?: number | undefined;
  /** How the pictures of a part are drawn, besides their size. */
  drawing?: Record<'train' | 'test', Omit<DrawingOptions, 'size'>>;
}

/** Draws both parts of a set. */
export async function drawSet(
  about: DrawnSet,
  { train, test, seed, size, workers, drawing }: DrawSetOptions,
): Promise<DataParts<LabeledImages<PixelsInMemory>>> {
  const parts = [drawnPart(about, 'train', train, size), drawnPart(about, 'test', test, size)] as const;
  await drawAll(
    parts.map(({ range }) => ({
      ...{ ...range, set: about.set, seed, from: 0 },
      options: { size, ...drawing?.[range.part] },
    })),
    workers ?? Math.min(availableParallelism(), Math.floor((train + test) / scenesWorthAThread)),
  );
  return { train: parts[0].images, test: parts[1].images };
}

/** A part without its pictures, and where they go. */
function drawnPart(
  { set, classes, parts: names = [], normalization }: DrawnSet,
  part: 'train' | 'test',
  length: number,
  size: number,
) {
  const shape = { channels: 3, height: size, width: size };
  const images = allocateImages({ name: set, part, classes: [...classes], ...shape, length, normalization });
  const corners = sharedIntegers(4 * length);
  const pixels = sharedIntegers(names.length * length);
  const pointAt = (pixel: number) =>
    pixel < 0 ? undefined : ([(pixel % size) + 0.5, Math.floor(pixel / size) + 0.5] as const);
  const boxes = readOnce(() => ({
    boxes: rowsOf(corners, 4).map(([x1, y1, x2, y2]) => [[x1!, y1!, x2!, y2!] as const]),
  }));
  const parts = readOnce(() => ({ names, points: rowsOf(pixels, names.length).map((row) => row.map(pointAt)) }));
  return {
    images: { ...images, boxes, ...(names.length > 0 && { parts }) },
    range: { part, images: images.images, labels: images.labels, corners, parts: pixels, to: length },
  };
}

function rowsOf(numbers: Int32Array, columns: number): number[][] {
  return Array.from({ length: numbers.length / columns }, (_, row) => [
    ...numbers.subarray(row * columns, (row + 1) * columns),
  ]);
}

async function drawAll(ranges: readonly DrawingRange[], workers: number): Promise<void> {
  if (workers <= 1) return ranges.forEach(drawPictures);
  const share = (range: DrawingRange, worker: number): DrawingRange => ({
    ...range,
    from: Math.floor((range.to * worker) / workers),
    to: Math.floor((range.to * (worker + 1)) / workers),
  });
  const threads = Array.from({ length: workers }, (_, worker) =>
    startThread(
      import.meta.url,
      'drawing-thread',
      ranges.map((range) => share(range, worker)),
    ),
  );
  // `once` rejects where the thread throws.
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
}
