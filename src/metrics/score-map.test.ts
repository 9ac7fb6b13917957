import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeMap, type ResizeMapOptions, resizeMap } from './score-map.ts';

test('a map is stretched to 0..1, a constant one becomes zeros', () => {
  expect([...normalizeMap(Float32Array.of(-1, 0, 3))]).toEqual([0, 0.25, 1]);
  expect([...normalizeMap(Float32Array.of(7, 7, 7))]).toEqual([0, 0, 0]);
});

test('NaN in a map is an error that says where', () => {
  expect(() => normalizeMap(Float32Array.of(0, Number.NaN))).toThrow('got NaN in row 0, column 1');
  const sizes = { from: { height: 2, width: 2 }, to: { height: 4, width: 4 } };
  expect(() => resizeMap(Float32Array.of(0, 1, 2, Infinity), sizes)).toThrow('got Infinity in row 1, column 1');
  expect(() => resizeMap(new Float32Array(6), sizes)).toThrow('expected a map [2, 2], row by row, got 6 values');
  expect(() => resizeMap(new Float32Array(4), { ...sizes, to: { height: 0, width: 4 } })).toThrow(
    'resizeMap: expected to to be { height, width } of at least 1, got {"height":0,"width":4}',
  );
  expect(() => resizeMap(new Float32Array(4), { from: sizes.from } as ResizeMapOptions)).toThrow('got undefined');
  const misspelled = 'cubic' as 'bicubic';
  expect(() => resizeMap(new Float32Array(4), { ...sizes, method: misspelled })).toThrow(
    "resizeMap: unknown value of method 'cubic'; did you mean 'bicubic'? Valid: bicubic, bilinear",
  );
});

const map = Float32Array.of(0, 1, 4, 2, -3, 5);
const from = { height: 2, width: 3 };

// Of torch.nn.functional.interpolate, PyTorch 1.13, align_corners=False.
test.each([
  [
    'bicubic',
    4,
    5,
    '-0.367687 0.244563 1.421875 3.052703 4.131907 0.487625 0.016126 0.093750 2.597156 4.623313 1.896375 -0.360125 -2.093750 1.846845 5.432688 2.751687 -0.588562 -3.421875 1.391298 5.924095',
  ],
  ['bicubic', 1, 2, '0.353516 3.183594'],
  ['bilinear', 4, 5, '0 0.4 1 2.8 4 0.5 0.3 0 2.55 4.25 1.5 0.1 -2 2.05 4.75 2 0 -3 1.8 5'],
  ['bilinear', 1, 2, '0.5 3.125'],
] as const)('%s to %i x %i equals PyTorch', (method, height, width, golden) => {
  const resized = resizeMap(map, { from, to: { height, width }, method });
  const expected = golden.split(' ').map(Number);
  expect(resized).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(resized[i]).toBeCloseTo(value, 5);
});

test('a step of 0 and 1 made twice as wide has the weights of the kernel, by hand', () => {
  const step = Float32Array.of(0, 0, 1, 1);
  const wide = resizeMap(step, { from: { height: 1, width: 4 }, to: { height: 1, width: 8 } });
  // Keys's kernel with a = -0.75 at 0.25, 0.75, 1.25 and 1.75: 0.8789, 0.2617, -0.1055, -0.0352.
  expect(wide[3]).toBeCloseTo(0.26171875 - 0.03515625, 6);
  expect(wide[4]).toBeCloseTo(0.87890625 - 0.10546875, 6);
});

const size = fc.record({ height: fc.integer({ min: 1, max: 6 }), width: fc.integer({ min: 1, max: 6 }) });
const method = fc.constantFrom('bicubic', 'bilinear');
const values = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 72, maxLength: 72 });

test('resizing is linear, keeps constants, leaves a map of the same size alone, and turns with the map', () => {
  fc.assert(
    fc.property(values, size, size, method, (numbers, from, to, method) => {
      const count = from.height * from.width;
      const [a, b] = [Float32Array.from(numbers.slice(0, count)), Float32Array.from(numbers.slice(36, 36 + count))];
      const resize = (map: Float32Array) => resizeMap(map, { from, to, method });
      const [ra, rb] = [resize(a), resize(b)];
      const sum = resize(a.map((value, i) => value + 2 * b[i]!));
      for (const [i, value] of sum.entries()) expect(value).toBeCloseTo(ra[i]! + 2 * rb[i]!, 3);
      for (const value of resize(new Float32Array(count).fill(3))) expect(value).toBeCloseTo(3, 5);
      const same = resizeMap(a, { from, to: from, method });
      for (const [i, value] of same.entries()) expect(value).toBeCloseTo(a[i]!, 5);
      // Upside down and left to right at once.
      const turned = resize(a.toReversed()).reverse();
      for (const [i, value] of turned.entries()) expect(value).toBeCloseTo(ra[i]!, 3);
    }),
  );
});
