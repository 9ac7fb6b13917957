import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../geometry/index.ts';
import { type RandomStream, stream } from '../random/index.ts';
import { applyPlan, type ImageBatch, type PixelArray } from './apply.ts';
import { sampleMix } from './combine.ts';
import { cutmix } from './cutmix.ts';
import { cutout } from './cutout.ts';
import { mixLabels, mixSoftLabels, softLabels } from './labels.ts';
import type { Granularity } from './mixer.ts';
import { mixup } from './mixup.ts';
import { type BatchShape, entryOf, type Mixer, type MixPlan } from './plan.ts';

const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 4 }),
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
});
type Shape = BatchShape & { channels: number };
const layouts = fc.constantFrom('NCHW' as const, 'NHWC' as const);
const granularities = fc.constantFrom('batch' as const, 'sample' as const);
const arrays = fc.constantFrom(Uint8Array, Float32Array, Float64Array);

function makeImages(shape: Shape, layout: 'NCHW' | 'NHWC', data: PixelArray): ImageBatch {
  const { batch, channels, height, width } = shape;
  return layout === 'NCHW'
    ? { data, layout, shape: [batch, channels, height, width] }
    : { data, layout, shape: [batch, height, width, channels] };
}

/** Where pixel (n, c, y, x) stands in the array, by the definition of the layouts. */
function position(shape: Shape, layout: 'NCHW' | 'NHWC', n: number, c: number, y: number, x: number): number {
  const { channels, height, width } = shape;
  return layout === 'NCHW'
    ? n * channels * height * width + c * height * width + y * width + x
    : n * height * width * channels + y * width * channels + x * channels + c;
}

/** The definition, one pixel after the other. */
function mixSlowly({ data, layout }: ImageBatch, shape: Shape, plan: MixPlan, color: readonly number[]): number[] {
  const out = [...data];
  for (let n = 0; n < shape.batch; n++) {
    const box = entryOf(plan.boxes, n);
    for (let c = 0; c < shape.channels; c++) {
      for (let y = 0; y < shape.height; y++) {
        for (let x = 0; x < shape.width; x++) {
          if (!(x >= box[0] && x < box[2] && y >= box[1] && y < box[3])) continue;
          const at = position(shape, layout, n, c, y, x);
          const own = data[at]!;
          const partner = data[position(shape, layout, plan.permutation[n]!, c, y, x)]!;
          if (plan.how === 'paste') out[at] = partner;
          if (plan.how === 'erase') out[at] = color[c]!;
          if (plan.how === 'blend') out[at] = entryOf(plan.lambda, n) * own + (1 - entryOf(plan.lambda, n)) * partner;
        }
      }
    }
  }
  return out;
}

const mixerKinds = fc.constantFrom<(options: { probability: number; granularity: Granularity }) => Mixer>(
  cutmix,
  mixup,
  cutout,
);

function randomImages(
  shape: Shape,
  layout: 'NCHW' | 'NHWC',
  Type: typeof Uint8Array,
  random: RandomStream,
): ImageBatch {
  const size = shape.batch * shape.channels * shape.height * shape.width;
  return makeImages(
    shape,
    layout,
    new Type(size).map(() => random.integer(256)),
  );
}

test('every method equals a plain loop over pixels in both layouts and all types, and leaves the input alone', () => {
  fc.assert(
    fc.property(
      mixerKinds,
      shapes,
      layouts,
      arrays,
      granularities,
      fc.integer(),
      (mixer, shape, layout, Type, granularity, seed) => {
        const random = stream(seed);
        const images = randomImages(shape, layout, Type as typeof Uint8Array, random);
        const before = images.data.slice();
        const plan = mixer({ probability: 1, granularity }).sample(shape, random)!;
        const fill = Array.from({ length: shape.channels }, () => random.integer(256));
        const mixed = applyPlan(images, plan, { fill });
        expect(mixed.data).toBeInstanceOf(Type);
        const expected = mixSlowly(images, shape, plan, fill);
        const rounded = Type === Uint8Array ? expected.map(Math.round) : expected;
        expect([...mixed.data]).toEqual([...new Type(rounded)]);
        expect({ ...mixed, data: null }).toEqual({ ...images, data: null });
        expect(images.data).toEqual(before);
      },
    ),
  );
});

test('several plans are applied in turn, each to what the one before it made', () => {
  fc.assert(
    fc.property(shapes, layouts, fc.integer(), (shape, layout, seed) => {
      const random = stream(seed);
      const images = randomImages(shape, layout, Uint8Array, random);
      const plans = sampleMix([cutout(), mixup()], shape, random);
      const inTurn = plans.reduce((mixed, plan) => applyPlan(mixed, plan, { fill: 7 }), images);
      expect(applyPlan(images, plans, { fill: 7 }).data).toEqual(inTurn.data);
    }),
  );
});

test('without a plan the result is a copy', () => {
  const images = makeImages({ batch: 1, channels: 1, height: 1, width: 2 }, 'NCHW', Uint8Array.of(1, 2));
  for (const nothing of [null, []]) {
    const { data } = applyPlan(images, nothing);
    expect(data).toEqual(images.data);
    expect(data).not.toBe(images.data);
  }
});

test('a blend of a quarter of one byte and the rest of another is rounded to the nearest', () => {
  const images: ImageBatch = { data: Uint8Array.of(0, 0, 10, 6), shape: [2, 1, 1, 2], layout: 'NCHW' };
  const whole = { how: 'blend' as const, height: 1, width: 2, boxes: [[0, 0, 2, 1] as const] };
  // .75 * 10 = 7.5, .75 * 6 = 4.5, .25 * 10 = 2.5, .25 * 6 = 1.5
  expect([...applyPlan(images, plan({ ...whole, lambda: [0.25] })).data]).toEqual([8, 5, 3, 2]);
});

test('erased pixels become zero, or the fill of their channel', () => {
  const images: ImageBatch = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 1, 2, 3], layout: 'NHWC' };
  const erase = plan({
    how: 'erase',
    height: 1,
    width: 2,
    permutation: [0],
    boxes: [[1, 0, 2, 1]],
  });
  expect([...applyPlan(images, erase).data]).toEqual([1, 2, 3, 0, 0, 0]);
  expect([...applyPlan(images, erase, { fill: [7, 8.6, 9] }).data]).toEqual([1, 2, 3, 7, 9, 9]);
  expect(() => applyPlan(images, erase, { fill: [7, 8] })).toThrow(
    'fill: expected one value, or one for each of 3 channels, got 2',
  );
  expect(() => applyPlan(images, erase, { fill: 256 })).toThrow('fill: expected values in 0..255 for bytes, got 256');
});

test('a box of 2 x 1 pixels in a 2 x 3 image is pasted where the plan says', () => {
  const images: ImageBatch<Uint8Array> = {
    data: Uint8Array.of(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15),
    shape: [2, 1, 2, 3],
    layout: 'NCHW',
  };
  const mixed = applyPlan(images, plan({ boxes: [[1, 1, 3, 2]] }));
  expect([...mixed.data]).toEqual([0, 1, 2, 3, 14, 15, 10, 11, 12, 13, 4, 5]);
});

const boxes = fc.constantFrom('uniform' as const, 'center-gaussian' as const, 'fixed-size' as const);

test('exactly (1 - lambda) H W pixels come from the partner, and its label has the same weight', () => {
  fc.assert(
    fc.property(shapes, layouts, granularities, boxes, fc.integer(), (shape, layout, granularity, box, seed) => {
      const { batch, channels, height, width } = shape;
      const random = stream(seed);
      const drawn = cutmix({ probability: 1, granularity, box }).sample(shape, random)!;
      // Every pixel carries the number of its sample, which is also its label.
      const data = new Uint8Array(batch * channels * height * width);
      const imageSize = channels * height * width;
      for (let n = 0; n < batch; n++) data.fill(n, n * imageSize, (n + 1) * imageSize);
      const mixed = applyPlan(makeImages(shape, layout, data), drawn).data;
      const labels = Array.from({ length: batch }, (_, n) => n);
      const soft = softLabels(mixLabels(labels, drawn), batch);
      for (let n = 0; n < batch; n++) {
        const partner = drawn.permutation[n]!;
        const pixels = mixed.subarray(n * imageSize, (n + 1) * imageSize);
        const pasted = pixels.filter((value) => value === partner).length / channels;
        const share = 1 - entryOf(drawn.lambda, n);
        if (partner !== n) expect(pasted).toBe(Math.round(share * height * width));
        if (partner !== n) expect(share * height * width).toBeCloseTo(pasted, 9);
        expect(soft[n * batch + partner]).toBeCloseTo(pasted / (height * width), 6);
      }
    }),
  );
});

describe('a plan that does not fit is an error', () => {
  const images: ImageBatch = { data: new Uint8Array(12), shape: [2, 1, 2, 3], layout: 'NCHW' };
  const cases: [string, Partial<MixPlan>, string][] = [
    ['another height', { height: 3 }, 'expected a grid of 2x3 as in the batch, got 3x3'],
    ['another batch', { permutation: [0] }, 'expected a permutation of 2 samples, got 1'],
    ['a partner that is not there', { permutation: [0, 2] }, 'expected partners in 0..1, got 2'],
    ['too few boxes', { boxes: [] }, 'expected 1 or 2 entries in boxes, got 0'],
    ['a box outside', { boxes: [[0, 0, 4, 1]] }, 'expected boxes of whole pixels inside 2x3'],
    ['a box turned over', { boxes: [[2, 0, 1, 1]] }, 'expected boxes of whole pixels inside 2x3'],
    ['half pixels', { boxes: [[0.5, 0, 1, 1]] }, 'expected boxes of whole pixels inside 2x3'],
    ['a hidden map', { stage: 2 }, 'expected stage 0, the image, got stage 2'],
    ['a share above one', { lambda: [1.5] }, 'expected lambda in 0..1, got 1.5'],
    ['a weight that is no number', { labelWeight: [Number.NaN] }, 'expected labelWeight in 0..1, got NaN'],
    ['a blend of a part', { how: 'blend' }, 'expected the whole 2x3 as the box of a blend'],
    ['an unknown way', { how: 'glue' as 'paste' }, "expected how to be one of paste, blend, erase, got 'glue'"],
    ['a share of null', { lambda: [null as never] }, 'expected lambda in 0..1, got null'],
    ['a share that is a text', { lambda: ['1' as never] }, "expected lambda in 0..1, got '1'"],
    ['a share that is a list', { lambda: [[] as never] }, 'expected lambda in 0..1, got []'],
    ['a weight of true', { labelWeight: [true as never] }, 'expected labelWeight in 0..1, got true'],
    ['no share', { lambda: undefined as never }, 'expected a list as lambda, got undefined'],
    ['no partners', { permutation: undefined as never }, 'expected a list as permutation, got undefined'],
    ['partners as a text', { permutation: '10' as never }, "expected a list as permutation, got '10'"],
    ['a partner that is a text', { permutation: ['1', '0'] as never }, "expected partners in 0..1, got '1'"],
    [
      'a box by names',
      { boxes: [{ x1: 0, y1: 0, x2: 1, y2: 1 } as never] },
      'expected boxes of [x1, y1, x2, y2], got {"x1":0',
    ],
    ['a box of three', { boxes: [[0, 0, 1] as never] }, 'expected boxes of [x1, y1, x2, y2], got [0, 0, 1]'],
    ['no boxes', { boxes: null as never }, 'expected a list as boxes, got null'],
    ['a stage that is none', { stage: null as never }, 'expected stage 0, the image, got stage null'],
  ];
  test.each(cases)('%s', (_, change, message) => {
    expect(() => applyPlan(images, plan(change))).toThrow(message);
    // The labels are refused alike, but for what only the images can tell.
    const fitsLabels = change.height === 3 || change.stage === 2;
    const labels = () => [mixLabels([3, 4], plan(change)), mixSoftLabels(new Float32Array(4), 2, plan(change))];
    if (fitsLabels || change.how === 'erase') expect(labels).not.toThrow();
    else expect(labels).toThrow(/^(mix plan|labels): expected/);
  });

  test('what is no plan', () => {
    for (const none of [undefined, 5, 'cutmix', [null], [plan({}), 'x']]) {
      expect(() => applyPlan(images, none as never)).toThrow('mix plan: expected a plan, got ');
      expect(() => mixLabels([0, 1], none as never)).toThrow('mix plan: expected a plan, got ');
    }
    expect(() => applyPlan(images, {} as never)).toThrow('got stage undefined');
  });

  test('a shape that is none, and a fill that is no number', () => {
    for (const shape of [[-2, -1, 2, 3], [2, 1, 2.5, 2.4], [2, 1, 6], [12]]) {
      expect(() => applyPlan({ ...images, shape: shape as never }, plan({}))).toThrow('expected a shape of four sides');
    }
    const floats: ImageBatch = { ...images, data: new Float32Array(12) };
    expect(() => applyPlan(floats, plan({}), { fill: Number.NaN })).toThrow('fill: expected finite numbers, got NaN');
  });

  test('data that is not of its shape', () => {
    expect(() => applyPlan({ ...images, data: new Uint8Array(11) }, plan({}))).toThrow(
      'images: expected 12 values for shape [2, 1, 2, 3], got 11',
    );
  });
});

function plan(change: Partial<MixPlan>): MixPlan {
  const boxes: Box[] = [[0, 0, 1, 1]];
  const whole = { height: 2, width: 3, permutation: [1, 0], boxes, lambda: [5 / 6], labelWeight: [5 / 6] };
  return { method: 'cutmix', how: 'paste', stage: 0, ...whole, ...change };
}

test("leaves a Buffer as it was too, whose own slice would share its memory: sharp's pixels are one", () => {
  const bytes = Uint8Array.from({ length: 2 * 3 * 8 * 8 }, (_, i) => i % 251);
  const buffer = Buffer.from(bytes);
  const of = (data: Uint8Array): ImageBatch => ({ data, shape: [2, 3, 8, 8], layout: 'NCHW' });
  const plans = [cutout(), mixup()].map((mixer) => mixer.sample({ batch: 2, height: 8, width: 8 }, stream(1))!);
  expect([...applyPlan(of(buffer), plans).data]).toEqual([...applyPlan(of(bytes), plans).data]);
  expect([...buffer]).toEqual([...bytes]);
});
