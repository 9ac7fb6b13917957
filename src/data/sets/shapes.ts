import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Box } from '../../geometry/index.ts';
import { integer, type OptionsOf, option, resolveOptions } from '../../options/index.ts';
import { readOnce } from '../boxes/ground-truth.ts';
import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { type Normalization, sharedIntegers } from '../images.ts';
import { allocateImages } from '../own-dataset.ts';
import { fillScenes, kinds, type SceneRange } from '../shapes/index.ts';
import { startThread } from '../worker-thread.ts';
import { defineDataSet } from './definition.ts';

const shapesOptions = {
  size: option(integer({ min: 16, guard: 1024 }), { default: 32, description: 'height and width in pixels' }),
  train: option(integer({ min: 1, guard: 10_000_000 }), { default: 4000, description: 'how many training images' }),
  test: option(integer({ min: 1, guard: 10_000_000 }), { default: 1000, description: 'how many test images' }),
  seed: option(integer({ min: 0 }), {
    default: 0,
    description: 'chooses the scenes, and the shares that are set aside',
  }),
};

export interface ShapesOptions extends OptionsOf<typeof shapesOptions> {
  /** Threads that draw (default: the processors, but no thread for fewer than 500 scenes). Never changes a byte. */
  workers?: number | undefined;
}

/** Measured once on the 4,000 training scenes of seed 0 at 32 x 32; other seeds and sizes differ in the third digit. */
const shapesNormalization: Normalization = { mean: [0.499, 0.46, 0.44], std: [0.187, 0.153, 0.173] };

/** Starting a thread costs about as much as drawing this many scenes. */
const scenesWorthAThread = 500;

/**
 * The embedded data set: scenes drawn from a seed, identical on every machine. See `drawScene` for what a scene is. The
 * box of an image is that of its main object, which its label names.
 *
 * @param options `size` in pixels (default 32, at least 16), how many images of `train` (4000) and `test` (1000), `seed` (0)
 * @throws where a number is out of range
 */
export async function openShapes({
  workers: threads,
  ...options
}: ShapesOptions = {}): Promise<DataParts<LabeledImages<PixelsInMemory>>> {
  const { size, train, test, seed } = resolveOptions('shapes', shapesOptions, options);
  const parts = [emptySet('train', train, size), emptySet('test', test, size)] as const;
  const corners = [sharedIntegers(4 * train), sharedIntegers(4 * test)] as const;
  const ranges = parts.map(({ part, images, labels, length }, i) => {
    return { seed, part, size, images, labels, corners: corners[i]!, from: 0, to: length };
  });
  await drawAll(ranges, threads ?? Math.min(availableParallelism(), Math.floor((train + test) / scenesWorthAThread)));
  const boxesOf = (i: 0 | 1) => readOnce(() => ({ boxes: mainBoxes(corners[i]) }));
  return { train: { ...parts[0], boxes: boxesOf(0) }, test: { ...parts[1], boxes: boxesOf(1) } };
}

/** The embedded data set, drawn into memory: see {@link openShapes}. */
export const shapes = defineDataSet({
  name: 'shapes',
  description: 'scenes that are drawn: 16 classes of a shape with a texture, the box of each',
  example: 'shapes:size=32,train=4000',
  isNamed: true,
  options: shapesOptions,
  matches: (path) => path === 'shapes',
  open: (_path, { size, train, test, seed }) => openShapes({ size, train, test, seed }),
});

function emptySet(part: 'train' | 'test', length: number, size: number): LabeledImages<PixelsInMemory> {
  const classes = kinds.map(({ name }) => name);
  const shape = { channels: 3, height: size, width: size };
  return allocateImages({ name: 'shapes', part, classes, ...shape, length, normalization: shapesNormalization });
}

/** One box for each image. */
function mainBoxes(corners: Int32Array): Box[][] {
  const boxAt = (i: number): Box => [corners[i]!, corners[i + 1]!, corners[i + 2]!, corners[i + 3]!];
  return Array.from({ length: corners.length / 4 }, (_, index) => [boxAt(4 * index)]);
}

async function drawAll(ranges: readonly SceneRange[], workers: number): Promise<void> {
  if (workers <= 1) return ranges.forEach(fillScenes);
  const share = (range: SceneRange, worker: number): SceneRange => ({
    ...range,
    from: Math.floor((range.to * worker) / workers),
    to: Math.floor((range.to * (worker + 1)) / workers),
  });
  const threads = Array.from({ length: workers }, (_, worker) =>
    startThread(
      import.meta.url,
      '../shapes/scene-worker',
      ranges.map((range) => share(range, worker)),
    ),
  );
  // `once` rejects where the thread throws.
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
}
