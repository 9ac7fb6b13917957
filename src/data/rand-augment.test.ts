import { describe, expect, it } from 'vitest';
import { stream } from '../random/index.ts';
import { createLoader, dataset, eraseBox, sampleErasing, sampleRandAugment } from './index.ts';

const size = { height: 32, width: 24 };

describe('RandAugment draws', () => {
  const drawn = Array.from({ length: 14_000 }, (_, seed) =>
    sampleRandAugment(stream(seed), { magnitude: 9, operations: 1 }, size),
  ).flat();

  it('each of the fourteen operations equally often', () => {
    const counts = new Map<string, number>();
    for (const { name } of drawn) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect(counts.size).toBe(14);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(34.5); // 13 degrees of freedom, 99.9 %
  });

  it('either sign of those that have one, and the strength that the magnitude has', () => {
    const strengths = (wanted: string) => drawn.filter(({ name }) => name === wanted).map(({ strength }) => strength);
    expect(new Set(strengths('Rotate'))).toEqual(new Set([9, -9]));
    expect(new Set(strengths('Posterize'))).toEqual(new Set([7]));
    expect(new Set(strengths('Solarize'))).toEqual(new Set([178.5]));
    const negative = strengths('ShearX').filter((strength) => strength < 0).length / strengths('ShearX').length;
    expect(Math.abs(negative - 0.5)).toBeLessThan(6 * Math.sqrt(0.25 / 1000));
  });

  it('two operations unless told', () => {
    expect(sampleRandAugment(stream(1), { magnitude: 9 }, size).length).toBe(2);
    expect(sampleRandAugment(stream(1), { magnitude: 9, operations: 3 }, size).length).toBe(3);
  });
});

describe('random erasing', () => {
  const boxes = Array.from({ length: 4000 }, (_, seed) => sampleErasing(stream(seed), 0.25, size));

  it('erases as often as it is told, rectangles of the published sizes inside the image', () => {
    const erased = boxes.filter((box) => box !== null);
    expect(Math.abs(erased.length / 4000 - 0.25)).toBeLessThan(6 * Math.sqrt((0.25 * 0.75) / 4000));
    for (const [left, top, right, bottom] of erased) {
      const [wide, tall] = [right - left, bottom - top];
      expect(Math.min(left, top, size.width - right, size.height - bottom)).toBeGreaterThanOrEqual(0);
      // Sides are rounded to whole pixels.
      expect((wide - 0.5) * (tall - 0.5)).toBeLessThanOrEqual(0.33 * 32 * 24);
      expect((wide + 0.5) * (tall + 0.5)).toBeGreaterThanOrEqual(0.02 * 32 * 24);
      expect((tall - 0.5) / (wide + 0.5)).toBeLessThanOrEqual(3.3);
      expect((tall + 0.5) / (wide - 0.5)).toBeGreaterThanOrEqual(0.3);
    }
    expect(boxes.every((_, seed) => sampleErasing(stream(seed), 0, size) === null)).toBe(true);
  });

  it('fills the rectangle in either layout', () => {
    const spec = { channels: 2, height: 2, width: 3 };
    const planes = new Uint8Array(12).fill(9);
    eraseBox(planes, spec, 'NCHW', [1, 0, 3, 1], [1, 2]);
    expect([...planes]).toEqual([9, 1, 1, 9, 9, 9, 9, 2, 2, 9, 9, 9]);
    const pixels = new Uint8Array(12).fill(9);
    eraseBox(pixels, spec, 'NHWC', [1, 0, 3, 1], [1, 2]);
    expect([...pixels]).toEqual([9, 9, 1, 2, 1, 2, 9, 9, 9, 9, 9, 9]);
  });
});

describe('a loader', () => {
  const noise = Array.from({ length: 8 * 3 * 64 }, () => 0);
  const images = Uint8Array.from(noise, (_, i) => (i * 37) % 251);
  const set = dataset({ part: 'train', height: 8, images, classes: ['a', 'b'], labels: [0, 1, 0, 1, 0, 1, 0, 1] });
  const augment = { padding: 1, flip: true };
  const pixels = async (more: object, workers = 0, epoch = 0) => {
    const loader = createLoader(set, {
      batchSize: 4,
      shuffle: true,
      seed: 1,
      workers,
      augment: { ...augment, ...more },
    });
    const made: number[][] = [];
    for await (const batch of loader.batches(epoch)) made.push([...batch.images]);
    await loader.close();
    return made;
  };

  it('varies by seed, epoch and image alone, with threads or without', async () => {
    const more = { randAugment: { magnitude: 15 }, erase: 0.5 };
    const made = await pixels(more);
    expect(await pixels(more, 2)).toEqual(made);
    expect(await pixels(more, 0, 1)).not.toEqual(made);
    expect(made).not.toEqual(await pixels({}));
  });

  it('crops and mirrors as without them: what is not erased is the same', async () => {
    const plain = (await pixels({})).flat();
    const erased = (await pixels({ erase: 1 })).flat();
    const mean = set.normalization.mean.map((value) => Math.round(255 * value));
    const changed = erased.filter((value, i) => value !== plain[i]);
    expect(changed.length).toBeGreaterThan(50);
    expect(changed.every((value) => mean.includes(value))).toBe(true);
    expect(changed.length).toBeLessThan(0.5 * plain.length);
  });

  it.each<[object, string]>([
    [{ erase: 2 }, 'loader: expected augment.erase to be a number in 0..1, got 2'],
    [{ randAugment: { magnitude: 31 } }, 'expected augment.randAugment.magnitude to be a number in 0..30, got 31'],
  ])('refuses %j', async (more, message) => {
    await expect(pixels(more)).rejects.toThrow(message);
  });

  it('refuses RandAugment on gray images, and with targets that follow the picture', () => {
    const gray = dataset({ part: 'train', height: 8, channels: 1, normalization: { mean: [0.5], std: [0.5] }, images: images.slice(0, 64 * 8), labels: [0, 0, 0, 0, 0, 0, 0, 0], classes: ['a'] }); // biome-ignore format: a list
    const options = { batchSize: 4, shuffle: true, seed: 1, augment: { ...augment, randAugment: { magnitude: 9 } } };
    expect(() => createLoader(gray, options)).toThrow(
      'loader: expected images in color for augment.randAugment, got 1 channels; leave it out',
    );
    const mapTarget = { module: import.meta.url, name: 'follow' };
    expect(() => createLoader(set, { ...options, mapTarget })).toThrow(
      'augment.randAugment moves what images show in ways that mapTarget (follow) is not told of; leave one out',
    );
  });
});
