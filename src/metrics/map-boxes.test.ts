import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../geometry/index.ts';
import type { Connectivity } from './component-forest.ts';
import { type Component, connectedComponents } from './components.ts';
import { boxAt, componentBoxes, largestBoxes, type MapBoxProtocol } from './map-boxes.ts';
import { normalizeMap } from './score-map.ts';

test('the box is that of the largest part above the threshold, by hand', () => {
  // biome-ignore format: a picture
  const map = Float32Array.of(
    0.2, 0.1, 0.0, 0.9,
    0.2, 0.0, 0.0, 2.0,
    0.0, 0.0, 0.0, 0.0,
  );
  const size = { height: 3, width: 4 };
  expect(boxAt(map, 0.05, size)).toEqual([0, 0, 2, 2]);
  // Two pixels each: the first in reading order.
  expect(boxAt(map, 0.1, size)).toEqual([0, 0, 1, 2]);
  expect(boxAt(map, 0.15, size)).toEqual([3, 0, 4, 2]);
  expect(boxAt(map, 1, size)).toEqual([3, 1, 4, 2]);
});

test('corners join parts of a map unless they are said not to', () => {
  const map = Float32Array.of(1, 0, 0, 1);
  expect(boxAt(map, 0.5, { height: 2, width: 2 })).toEqual([0, 0, 2, 2]);
  expect(boxAt(map, 0.5, { height: 2, width: 2, connectivity: 4 })).toEqual([0, 0, 1, 1]);
});

test('a map that points nowhere gives the whole map', () => {
  const size = { height: 2, width: 3 };
  expect(boxAt(new Float32Array(6), 0.15, size)).toEqual([0, 0, 3, 2]);
  expect(boxAt(new Float32Array(6).fill(-1), 0.15, size)).toEqual([0, 0, 3, 2]);
  expect(largestBoxes(new Float32Array(6), [0, 0.5], size)).toEqual([
    [0, 0, 3, 2],
    [0, 0, 3, 2],
  ]);
  expect(largestBoxes(new Float32Array(6), [0.5], { ...size, protocol: 'wsolevaluation' })).toEqual([[0, 0, 0, 0]]);
});

// The cases of clovaai/wsolevaluation's evaluation_test.py (MIT license).
const fifths = [0, 0.2, 0.4, 0.6000000000000001, 0.8];
test.each([
  [
    'one hill',
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.4, 0.4, 0.6, 0.0, 0.4, 1.0, 0.8, 0.6, 0.0, 0.4, 0.4, 0.4, 0.6],
    [
      [1, 1, 4, 3],
      [1, 1, 4, 3],
      [2, 1, 4, 3],
      [2, 2, 4, 3],
      [2, 2, 3, 3],
    ],
  ],
  [
    'several thin ones',
    [0.4, 0.0, 0.2, 0.2, 0.2, 0.4, 0.4, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.4, 0.0, 1.0, 0.6, 0.8, 0.2, 0.2],
    [
      [0, 0, 4, 3],
      [0, 0, 2, 2],
      [0, 3, 3, 3],
      [2, 3, 3, 3],
      [0, 3, 1, 3],
    ],
  ],
])("wsolevaluation's own test with %s has its boxes", (_, values, boxes) => {
  const map = Float32Array.from(values);
  expect(largestBoxes(map, fifths, { height: 4, width: 5, protocol: 'wsolevaluation' })).toEqual(boxes);
});

test('values and thresholds out of range are errors', () => {
  const size = { height: 1, width: 2 };
  expect(() => largestBoxes(Float32Array.of(0, 2), [0.5], size)).toThrow(
    'largestBoxes: expected values in 0..1, got 2 at place 1; use normalizeMap first',
  );
  expect(() => largestBoxes(Float32Array.of(0, 1), [15], size)).toThrow('expected thresholds in 0..1, got 15');
  expect(() => largestBoxes(Float32Array.of(0, Number.NaN), [0.5], size)).toThrow('got NaN');
  expect(() => boxAt(Float32Array.of(0, Number.NaN), 0.5, size)).toThrow('got NaN in row 0, column 1');
  for (const threshold of [15, -0.1, Number.NaN]) {
    expect(() => boxAt(Float32Array.of(0, 1), threshold, size)).toThrow(
      `boxAt: expected a threshold in 0..1, got ${threshold}`,
    );
  }
});

test('misspelled options are errors', () => {
  const map = Float32Array.of(0, 1);
  const size = { height: 1, width: 2 };
  const misspelled = { ...size, protocol: 'wsol' as MapBoxProtocol };
  for (const boxes of [largestBoxes, componentBoxes]) {
    expect(() => boxes(map, [0.5], misspelled)).toThrow(
      "unknown value of protocol 'wsol'; did you mean 'wsolevaluation'? Valid: continuous, wsolevaluation",
    );
  }
  expect(() => boxAt(map, 0.5, { ...size, connectivity: 0 as Connectivity })).toThrow('to be 4 or 8, got 0');
  const unknown = { ...size, conectivity: 4 };
  expect(() => boxAt(map, 0.5, unknown)).toThrow(
    "boxAt: unknown option 'conectivity'; did you mean 'connectivity'? Valid: height, width, connectivity",
  );
});

// Few levels, so that parts of equal size are common; or many, so that thresholds fall between them.
const maps = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })).chain(([height, width]) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    map: fc
      .constantFrom(6, 1000)
      .chain((most) => fc.array(fc.nat(most), { minLength: height * width, maxLength: height * width }))
      .map((list) => normalizeMap(Float32Array.from(list))),
  }),
);
const thresholds = Array.from({ length: 50 }, (_, i) => i / 50);

/** The parts of a map at one threshold by labeling them anew, and how many half pixels their contours enclose. */
function slowParts(map: Float32Array, height: number, width: number, threshold: number) {
  const levels = map.map((value) => Math.trunc(value * 255));
  const least = Math.trunc(threshold * Math.max(...levels));
  const { labels, components } = connectedComponents(
    levels.map((level) => (level > least ? 1 : 0)),
    { height, width },
  );
  const halves = (label: number) => {
    let sum = 0;
    for (let y = 0; y + 1 < height; y++) {
      for (let x = 0; x + 1 < width; x++) {
        const square = [0, 1, width, width + 1].filter((step) => labels[y * width + x + step] === label).length;
        sum += Math.max(0, square - 2);
      }
    }
    return sum;
  };
  return components.map((component) => ({ ...component, halves: halves(component.label) }));
}

test('the box at one threshold is that of the largest part by labeling, whether corners join or not', () => {
  fc.assert(
    fc.property(maps, fc.constantFrom(...thresholds), fc.constantFrom(4, 8), (given, threshold, connectivity) => {
      const { map, ...size } = given;
      const least = threshold * Math.max(...map);
      const mask = Array.from(map, (value) => (value >= least ? 1 : 0));
      const { components } = connectedComponents(mask, { ...size, connectivity });
      const [largest] = components.toSorted((a, b) => b.area - a.area || a.label - b.label);
      expect(boxAt(map, threshold, { ...size, connectivity })).toEqual(largest!.box);
    }),
  );
});

test('boxes at many thresholds in one pass equal labeling at each of them', () => {
  fc.assert(
    fc.property(maps, ({ map, height, width }) => {
      const size = { height, width };
      const clipped = ([x1, y1, x2, y2]: Box): Box => [x1, y1, Math.min(x2, width - 1), Math.min(y2, height - 1)];
      const largest = largestBoxes(map, thresholds, size);
      const every = componentBoxes(map, thresholds, size);
      const theirs = largestBoxes(map, thresholds, { ...size, protocol: 'wsolevaluation' });
      const theirsOfAll = componentBoxes(map, thresholds, { ...size, protocol: 'wsolevaluation' });
      for (const [i, threshold] of thresholds.entries()) {
        const parts = slowParts(map, height, width, threshold);
        const firstOf = (order: (a: Component & { halves: number }, b: Component & { halves: number }) => number) =>
          parts.toSorted(order)[0]?.box;
        const sorted = (boxes: readonly Box[]) => boxes.map(String).sort();
        const whole: Box = [0, 0, width, height];
        expect(largest[i]).toEqual(firstOf((a, b) => b.area - a.area || a.label - b.label) ?? whole);
        const enclosing = firstOf((a, b) => b.halves - a.halves || b.label - a.label);
        expect(theirs[i]).toEqual(enclosing ? clipped(enclosing) : [0, 0, 0, 0]);
        expect(sorted(every[i]!)).toEqual(sorted(parts.length > 0 ? parts.map(({ box }) => box) : [whole]));
        expect(sorted(theirsOfAll[i]!)).toEqual(
          sorted(parts.length > 0 ? parts.map(({ box }) => clipped(box)) : [[0, 0, 0, 0]]),
        );
      }
    }),
  );
});
