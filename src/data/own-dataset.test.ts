import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Dataset, LabeledImages, PixelsInMemory } from './dataset.ts';
import { imageAt } from './images.ts';
import { createLoader } from './loader/loader.ts';
import { readImages } from './loader/read-images.ts';
import { dataset } from './own-dataset.ts';
import { subset } from './subset.ts';

const gray = { channels: 1, height: 2, width: 3, normalization: { mean: [0.5], std: [0.5] } };
const zero = (): number => 0;
const sixteen = { height: 16, target: zero };

describe('a data set of one’s own', () => {
  it('has a target of any type, and defaults for the rest', async () => {
    const words = ['one', 'two'];
    const set = dataset({ pictures: ['a.jpg', { path: 'b.jpg' }], target: (index) => words[index]! });
    expectTypeOf(set).toExtend<Dataset<string>>();
    expect(set).toMatchObject({
      name: 'data',
      part: 'train',
      length: 2,
      channels: 3,
      height: 224,
      width: 224,
      fit: 'crop',
      normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      pictures: [{ path: 'a.jpg' }, { path: 'b.jpg' }],
    });
    expect(await set.target(1)).toBe('two');
  });

  it('of pixels in memory is in shared memory, whatever it was given in', () => {
    const images = Uint8Array.from({ length: 12 }, (_, i) => i);
    const set = dataset({ ...gray, images, classes: ['a', 'b'], labels: [1, 0], part: 'test' });
    expectTypeOf(set).toEqualTypeOf<LabeledImages<PixelsInMemory>>();
    expect([set.length, set.part, set.images.buffer.constructor]).toEqual([2, 'test', SharedArrayBuffer]);
    expect([...imageAt(set, 1)]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(dataset({ ...gray, images: set.images, target: zero }).images).toBe(set.images);
  });

  it('with classes has labels for targets, those of a copy too', async () => {
    const set = dataset({ ...gray, images: new Uint8Array(12), classes: ['a', 'b'], labels: [1, 0] });
    expect([await set.target(0), await set.target(1)]).toEqual([1, 0]);
    const other = { ...set, labels: Int32Array.of(0, 0) };
    expect(await other.target(0)).toBe(0);
    const one = subset(set, 1, 0);
    expect(await one.target(0)).toBe(one.labels[0]);
  });

  it.each([0, 1])('may draw its images, which the main thread does with %i threads', async (workers) => {
    const drawn: number[] = [];
    const buffer = new Uint8Array(6);
    const set = dataset({
      ...gray,
      length: 5,
      // One buffer for all, as a program that draws may have.
      draw: async (index) => {
        drawn.push(index);
        return buffer.fill(index);
      },
      target: async (index) => ({ angle: index / 2 }),
    });
    const loader = createLoader(set, { batchSize: 2, shuffle: false, seed: 0, workers });
    const batches = [];
    for await (const batch of loader.batches(0)) batches.push(batch);
    await loader.close();
    expect(loader.set).toBe(set);
    expect(drawn).toEqual([0, 1, 2, 3, 4]);
    expect(batches.flatMap(({ images }) => [...images])).toEqual([0, 1, 2, 3, 4].flatMap((i) => Array(6).fill(i)));
    expect(batches.flatMap(({ targets }) => targets)).toEqual([0, 0.5, 1, 1.5, 2].map((angle) => ({ angle })));
    expect(batches.map(({ layout, shape }) => [layout, ...shape])).toEqual([
      ['NCHW', 2, 1, 2, 3],
      ['NCHW', 2, 1, 2, 3],
      ['NCHW', 1, 1, 2, 3],
    ]);
    const some = subset(set, 2, 1);
    const { images } = await readImages(some, [1]);
    expect(await some.target(1)).toEqual({ angle: images[0]! / 2 });
  });
});

describe('what does not agree is an error that says so', () => {
  const images = new Uint8Array(12);
  it.each([
    [{ ...gray, images, target: zero, hieght: 2 }, "dataset: unknown option 'hieght'; did you mean 'height'?"],
    [
      { ...gray, images, target: zero, part: 'val' },
      "dataset: unknown value of part 'val'; did you mean 'validation'?",
    ],
    [{ ...gray, images: [1, 2], target: zero }, 'dataset: expected images to be a Uint8Array, got [1, 2]'],
    [{ ...gray, target: zero }, 'dataset: expected images, pictures or draw, got none'],
    [{ ...gray, images, pictures: [], target: zero }, 'images, pictures or draw, got images and pictures'],
    [{ ...gray, images }, 'dataset: expected target, or classes and labels, got none'],
    [{ ...gray, images, target: zero, labels: [0, 0] }, 'target, or classes and labels, got target and labels'],
    [{ channels: 1, images, target: zero }, 'dataset: expected height in pixels of data train, got none'],
    [
      { ...gray, images: new Uint8Array(13), target: zero, name: 'mine' },
      'mine train: expected whole images of 1 x 2 x 3 = 6 bytes, got 13 bytes',
    ],
    [{ ...gray, images: new Uint8Array(0), target: zero }, 'data train: expected one or more images, got 0'],
    [{ ...gray, images, length: 3, target: zero }, 'data train: expected 3 images, got 2'],
    [{ ...sixteen, draw: () => images }, 'data train: expected one or more images, got no length'],
    [
      { ...sixteen, width: 8, pictures: ['a.jpg'] },
      'expected square images of 3 channels, as pictures are shown, got 3 x 16 x 8',
    ],
    [{ ...gray, normalization: undefined, images, target: zero }, 'a normalization of 1 means and positive standard'],
    [{ ...gray, normalization: { mean: [0], std: [0] }, images, target: zero }, 'got means [0] and deviations [0]'],
    [{ ...gray, normalization: { mean: [0] }, images, target: zero }, 'to be lists of numbers, mean and std, got'],
    [{ ...gray, images, labels: [0, 0] }, 'data train: expected classes beside labels, got none; give their names'],
    [{ ...gray, images, classes: ['a'], labels: [0] }, 'data train: expected a label for each of 2 images, got 1'],
    [{ ...gray, images, classes: ['a'], labels: [0, 1] }, 'data train: expected labels in 0..0, got 1 of image 1'],
    [
      { ...gray, images, classes: ['a', 'b'], labels: [0, 0.5] },
      'data train: expected labels in 0..1, got 0.5 of image 1',
    ],
  ])('%#: %j', (options, message) => {
    expect(() => dataset(options as never)).toThrow(message);
  });

  it.each([
    [() => new Uint8Array(5), 'data train: draw of image 0: expected a Uint8Array of 1 x 2 x 3 bytes, got 5 bytes'],
    [() => 'pixels', 'data train: draw of image 0: expected a Uint8Array of 1 x 2 x 3 bytes, got string'],
    [
      () => {
        throw new Error('out of ink');
      },
      'data train: draw of image 0: out of ink',
    ],
  ])('an image that cannot be drawn: %#', async (draw, message) => {
    const set = dataset({ ...gray, length: 1, draw: draw as () => Uint8Array, target: zero });
    await expect(readImages(set, [0])).rejects.toThrow(message);
  });
});
