import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureBytes, writeFile } from '../../../tests/support/pictures.ts';
import type { Box } from '../../geometry/index.ts';
import type { Batch, Dataset } from '../dataset.ts';
import { mapBox } from '../decode/index.ts';
import { dataset } from '../own-dataset.ts';
import { createLoader, type LoaderOptions } from './loader.ts';
import { imageOf } from './read-images.ts';

const fixtures = new URL('../../../tests/support/map-targets.ts', import.meta.url);
const root = mkdtempSync(join(tmpdir(), 'patchwork-targets-'));
afterAll(() => rmSync(root, { recursive: true }));

async function batchesOf<Target>(
  set: Dataset<Target>,
  options: Partial<LoaderOptions> = {},
  epoch = 1,
): Promise<Batch<Target>[]> {
  const loader = createLoader(set, { batchSize: 4, shuffle: true, seed: 3, workers: 0, ...options });
  try {
    const batches: Batch<Target>[] = [];
    for await (const batch of loader.batches(epoch)) batches.push(batch);
    return batches;
  } finally {
    await loader.close();
  }
}

/** Pictures of noise in the dark with a bright object, each in its own box. */
const sizes = [
  [160, 90],
  [90, 160],
  [120, 120],
  [200, 80],
] as const;
const boxes: Box[][] = sizes.map(([width, height], i) => [
  [width * 0.2, height * (0.1 + 0.05 * i), width * 0.7, height * 0.9].map(Math.round) as unknown as Box,
  [0, 0, Math.round(width * 0.1), height],
]);

beforeAll(async () => {
  for (const [i, [width, height]] of sizes.entries()) {
    const pixels = new Uint8Array(width * height * 3);
    const [x1, y1, x2, y2] = boxes[i]![0]!;
    for (let y = y1; y < y2; y++) pixels.fill(255, 3 * (y * width + x1), 3 * (y * width + x2));
    const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
    // A PNG and JPEGs, the last one on its side.
    const bytes =
      i === 0 ? picture.png() : i === 3 ? picture.rotate(270).withMetadata({ orientation: 6 }).jpeg() : picture.jpeg();
    writeFile(join(root, `${i}.picture`), await bytes.toBuffer());
  }
});

const setOf = (height: number, fit: 'crop' | 'stretch' = 'crop') =>
  dataset({ pictures: sizes.map((_, i) => join(root, `${i}.picture`)), height, fit, target: (index) => boxes[index]! });

/** How far the bright pixels of an image are from its box: 0 where they fill it and nothing else. */
function distance(image: Uint8Array, width: number, box: Box | undefined): number {
  const bright = [...image.keys()].filter((i) => image[i]! > 127);
  if (box === undefined || bright.length === 0) return bright.length;
  const columns = bright.map((i) => i % width);
  const rows = bright.map((i) => Math.floor(i / width));
  const found = [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
  return Math.max(...found.map((value, i) => Math.abs(value - box[i]!)));
}

describe('boxes follow the picture', () => {
  it.each([
    ['parts of pictures', 96, 'crop'],
    ['parts of stretched pictures', 96, 'stretch'],
    ['whole pictures that are padded, cropped and mirrored', 48, 'crop'],
    ['whole stretched pictures', 48, 'stretch'],
  ] as const)('in %s, to the pixel, in threads as in the main one', async (_, size, fit) => {
    const set = setOf(size, fit);
    const augment = { padding: 6, flip: true };
    const mapTarget = { module: fixtures, name: 'mapBoxes' };
    const inline = await Promise.all([0, 1, 2, 3, 4, 5].map((epoch) => batchesOf(set, { augment, mapTarget }, epoch)));
    expect(await batchesOf(set, { augment, mapTarget, workers: 2 }, 5)).toEqual(inline[5]);
    expect(await batchesOf(set, { augment, mapTarget, workers: 1, cache: size <= 64 }, 5)).toEqual(inline[5]);
    for (const batch of inline.flat()) {
      for (const [i, view] of batch.views.entries()) {
        const all = boxes[batch.indices[i]!]!;
        const mapped = all.map((box) => mapBox(box, view)).filter((box) => box !== undefined);
        expect(batch.targets[i]).toEqual(mapped);
        const plane = imageOf(batch, i, 'NCHW').subarray(0, size * size);
        expect(distance(plane, size, mapBox(all[0]!, view))).toBeLessThanOrEqual(1);
      }
    }
    expect(inline.flat(2).some(({ views }) => views.some(({ flip }) => flip))).toBe(true);
  });

  it('in evaluation too, and without a mapping they are as the set has them', async () => {
    const set = setOf(48);
    const [batch] = await batchesOf(set, { shuffle: false });
    expect(batch!.targets).toEqual(boxes);
    expect(batch!.views.map(({ picture }) => [picture.width, picture.height])).toEqual(sizes);
    const [mapped] = await batchesOf(set, { shuffle: false, mapTarget: { module: fixtures.href, name: 'mapBoxes' } });
    // 160 x 90 becomes 85 x 48, of which the columns from 18 on are shown: of 32..112, what is left of 17..59.5 there.
    expect(mapped!.targets[0]).toEqual([[0, 4.8, 41.5, 43.2].map((value) => expect.closeTo(value, 10))]);
  });
});

describe('a view of an image in memory', () => {
  it('is a window of the image, which may reach beyond it', async () => {
    const set = dataset({
      height: 8,
      images: new Uint8Array(20 * 192).fill(9),
      target: (index) => index,
    });
    const batches = await batchesOf(set, { augment: { padding: 3, flip: true, color: {} }, workers: 1 });
    const size = { width: 8, height: 8 };
    const corners = new Set<number>();
    for (const { views, targets, indices } of batches) {
      expect(targets).toEqual([...indices]);
      for (const { picture, box, resized, window, color, shown } of views) {
        expect([picture, box, resized, shown]).toEqual([size, { left: 0, top: 0, ...size }, size, undefined]);
        expect(window).toMatchObject(size);
        expect(color?.jitter.length).toBe(3);
        corners.add(window.left).add(window.top);
      }
    }
    expect([Math.min(...corners), Math.max(...corners)]).toEqual([-3, 3]);
  });
});

describe('a target that cannot be had is an error that names the image', () => {
  const set = (target: (index: number) => unknown) =>
    dataset({ name: 'ages', part: 'validation', height: 8, images: new Uint8Array(6 * 192), target });
  const failing = (index: number) => {
    if (index === 4) throw new Error('no age');
    return index;
  };

  it.each([0, 1])('where it throws or rejects (%i threads)', async (workers) => {
    const message = 'ages validation: target of image 4: no age';
    await expect(batchesOf(set(failing), { workers })).rejects.toThrow(message);
    await expect(
      batchesOf(
        set(async (index) => failing(index)),
        { workers },
      ),
    ).rejects.toThrow(message);
    await expect(
      batchesOf(set(failing), { workers, mapTarget: { module: fixtures, name: 'failAtThirteen' } }),
    ).rejects.toThrow(message);
  });

  it.each([0, 1])('where there is nothing to map it by (%i threads)', async (workers) => {
    const mapped = (module: string | URL, name: string) =>
      batchesOf(
        set((index) => index),
        { workers, mapTarget: { module, name } },
      );
    await expect(mapped(fixtures, 'mapBox')).rejects.toThrow(
      /expected mapTarget's module file:.*map-targets\.ts to export a function mapBox, got undefined; it exports .*mapBoxes/,
    );
    await expect(mapped(fixtures, 'notAFunction')).rejects.toThrow(/to export a function notAFunction, got number/);
    await expect(mapped('./no/such-module.js', 'f')).rejects.toThrow(
      new RegExp(`mapTarget's module ${pathToFileURL('no/such-module.js').href} to be imported, got`),
    );
  });

  it('the targets of pictures that are left out are left out too', async () => {
    writeFile(join(root, 'bad.jpg'), 'no picture');
    writeFile(join(root, 'good.jpg'), await pictureBytes(1));
    const paths = ['good.jpg', 'bad.jpg', 'good.jpg', 'bad.jpg', 'good.jpg'].map((name) => join(root, name));
    const some = dataset({ pictures: paths, height: 16, target: (index) => 10 * index });
    for (const mapTarget of [undefined, { module: fixtures, name: 'failAtThirteen' }]) {
      const [first, second] = await batchesOf(some, { shuffle: false, onBadImage: 'skip', mapTarget });
      expect([first!.targets, first!.views.length, second!.targets]).toEqual([[0, 20], 2, [40]]);
    }
  });
});
