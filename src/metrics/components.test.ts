import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Connectivity } from './component-forest.ts';
import { connectedComponents } from './components.ts';

/** A mask from a drawing, '#' for what belongs to it. */
function drawn(...rows: string[]) {
  return {
    mask: [...rows.join('')].map((sign) => (sign === '#' ? 1 : 0)),
    height: rows.length,
    width: rows[0]!.length,
  };
}

test('a drawing falls into the parts that one sees, in reading order', () => {
  const { mask, ...size } = drawn('..##.', '#...#', '##...');
  const { labels, components } = connectedComponents(mask, size);
  expect(components).toEqual([
    { label: 1, area: 3, box: [2, 0, 5, 2] },
    { label: 2, area: 3, box: [0, 1, 2, 3] },
  ]);
  expect([...labels]).toEqual([0, 0, 1, 1, 0, 2, 0, 0, 0, 1, 2, 2, 0, 0, 0]);
});

test('corners join pixels only if they are said to', () => {
  const { mask, ...size } = drawn('#.#', '.#.', '#.#');
  expect(connectedComponents(mask, size).components).toEqual([{ label: 1, area: 5, box: [0, 0, 3, 3] }]);
  expect(connectedComponents(mask, { ...size, connectivity: 4 }).components.map(({ area }) => area)).toEqual([
    1, 1, 1, 1, 1,
  ]);
});

test('arms that meet late are one part', () => {
  const { mask, ...size } = drawn('#.#.#', '#.#.#', '#####');
  expect(connectedComponents(mask, { ...size, connectivity: 4 }).components).toEqual([
    { label: 1, area: 11, box: [0, 0, 5, 3] },
  ]);
});

test('an empty mask has no parts, a full one a single one', () => {
  expect(connectedComponents(new Uint8Array(6), { height: 2, width: 3 }).components).toEqual([]);
  const full = connectedComponents(new Uint8Array(6).fill(1), { height: 2, width: 3 });
  expect(full.components).toEqual([{ label: 1, area: 6, box: [0, 0, 3, 2] }]);
  expect(() => connectedComponents(new Uint8Array(6), { height: 2, width: 2 })).toThrow('expected a mask [2, 2]');
  const misspelled = { height: 2, width: 3, connectivity: 6 as Connectivity };
  expect(() => connectedComponents(new Uint8Array(6), misspelled)).toThrow('expected connectivity to be 4 or 8, got 6');
});

/** Labels by pouring paint into one pixel after another. */
function flooded(mask: readonly boolean[], height: number, width: number, connectivity: Connectivity): number[] {
  const labels = mask.map(() => 0);
  let label = 0;
  const pour = (x: number, y: number): void => {
    const i = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || !mask[i] || labels[i] !== 0) return;
    labels[i] = label;
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) if (connectivity === 8 || dx === 0 || dy === 0) pour(x + dx, y + dy);
    }
  };
  for (const [i, isIn] of mask.entries()) {
    if (!isIn || labels[i] !== 0) continue;
    label++;
    pour(i % width, Math.floor(i / width));
  }
  return labels;
}

const grid = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([height, width]) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    mask: fc.array(fc.boolean(), { minLength: height * width, maxLength: height * width }),
  }),
);

test.each([4, 8] as const)('labels, areas and boxes equal flood filling with %i neighbors', (connectivity) => {
  fc.assert(
    fc.property(grid, ({ mask, height, width }) => {
      const { labels, components } = connectedComponents(mask.map(Number), { height, width, connectivity });
      const reference = flooded(mask, height, width, connectivity);
      expect([...labels]).toEqual(reference);
      expect(components.map(({ label }) => label)).toEqual(components.map((_, i) => i + 1));
      for (const { label, area, box } of components) {
        const places = reference.flatMap((one, i) => (one === label ? [i] : []));
        const [xs, ys] = [places.map((i) => i % width), places.map((i) => Math.floor(i / width))];
        expect(area).toBe(places.length);
        expect(box).toEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1]);
      }
    }),
  );
});
