import { expect, it } from 'vitest';
import { allocateImages } from './own-dataset.ts';
import { subset } from './subset.ts';

function numberedSet(length: number) {
  const shape = { channels: 1, height: 1, width: 2 };
  const normalization = { mean: [0], std: [1] };
  const set = allocateImages({ name: 'numbers', part: 'train', classes: ['a'], ...shape, length, normalization });
  for (let i = 0; i < length; i++) {
    set.images.set([i, 255 - i], 2 * i);
    set.labels[i] = i;
  }
  return set;
}

it('a subset holds different images, each with its own label', () => {
  const few = subset(numberedSet(100), 30, 7);
  expect(few.length).toBe(30);
  expect(new Set(few.labels).size).toBe(30);
  few.labels.forEach((label, i) => {
    expect([...few.images.subarray(2 * i, 2 * i + 2)]).toEqual([label, 255 - label]);
  });
});

it('each image keeps its boxes', async () => {
  const set = numberedSet(100);
  const boxes = Array.from(set.labels, (label) => [[0, 0, 1 + label, 1] as const]);
  const few = subset({ ...set, boxes: async () => ({ boxes }) }, 30, 7);
  expect((await few.boxes()).boxes).toEqual(Array.from(few.labels, (label) => [[0, 0, 1 + label, 1]]));
});

it('a larger subset begins with the smaller one, and another seed gives another', () => {
  const set = numberedSet(100);
  expect(subset(set, 60, 1).labels.slice(0, 20)).toEqual(subset(set, 20, 1).labels);
  expect(subset(set, 20, 2).labels).not.toEqual(subset(set, 20, 1).labels);
});

it.each([0, -1, 1.5, 101, Number.NaN])('a subset of %s of 100 images is an error that says the range', (n) => {
  expect(() => subset(numberedSet(100), n, 0)).toThrow(`numbers train: expected 1 to 100 images, got ${n}`);
});
