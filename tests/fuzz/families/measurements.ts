/** Rows of detectors, scores and maps, as other programs give them. */
import * as metrics from '../../../src/metrics/index.ts';
import type { RandomStream } from '../../../src/random/index.ts';
import { type Family, family } from '../family.ts';
import { chance, edges, mutateValue, oddValue, pick } from '../mutate.ts';

function box(random: RandomStream): number[] {
  const [x, y] = [random.integer(50), random.integer(50)];
  return [x, y, x + 1 + random.integer(30), y + 1 + random.integer(30)];
}

function rows(random: RandomStream) {
  const images = ['one', 2, 'three'];
  const labels = ['cat', 'dog', 7];
  const truths = Array.from({ length: random.integer(6) }, () => ({
    ...{ image: pick(random, images), label: pick(random, labels), box: box(random) },
    ...(chance(random, 0.2) && { difficult: true }),
    ...(chance(random, 0.1) && { crowd: true }),
  }));
  const found = Array.from({ length: random.integer(8) }, () => ({
    ...{ image: pick(random, images), label: pick(random, labels), box: box(random), score: random.uniform() },
  }));
  return { truths, found };
}

const optionSets: readonly object[] = [
  {},
  metrics.cocoAveragePrecision,
  metrics.vocAveragePrecision,
  metrics.voc2007AveragePrecision,
  { iouThresholds: [0.5, 0.9], maxDetections: 1 },
];

/** A share is between 0 and 1; anything else is a wrong number, which nobody would see. */
function checkShare(value: number | null): void {
  if (value === null || (value >= 0 && value <= 1)) return;
  throw { share: value }; // No Error: the judge takes it for a fault.
}

export const detections: Family = family<{ truths: unknown; found: unknown; options: unknown }>({
  name: 'detections',
  description: "rows of detectors' boxes and of the ground truth, and options",
  async open() {
    return {
      make: (random) => {
        const { truths, found } = rows(random);
        const damaged = <Row>(list: Row[]) => list.map((row) => (chance(random, 0.3) ? mutateValue(random, row) : row));
        const options = structuredClone(pick(random, optionSets));
        return {
          truths: damaged(truths),
          found: damaged(found),
          options: chance(random, 0.3) ? { ...mutateValue(random, options) } : options,
        };
      },
      run(given) {
        const { truths, found, options } = given as { truths: never; found: never; options: never };
        const { mean, perClass } = metrics.meanAveragePrecision(found, truths, options);
        checkShare(mean);
        for (const { averagePrecision } of perClass) checkShare(averagePrecision);
        return metrics.matchDetections(found, truths, {} as never);
      },
    };
  },
});

const scores = () => Float32Array.of(0.1, 0.9, 0.5, 0.5);
const positives = () => [Float32Array.of(0.1, 0.9, 0.4), Float32Array.of(0.3, 0.2)];
const map = () => Float32Array.of(0, 1, 0.5, 0.2);
const size = { height: 2, width: 2 };

/** Each with arguments that it takes. */
const calls: Readonly<Record<string, (random: RandomStream) => unknown[]>> = {
  topKError: () => [scores(), Int32Array.of(1, 0), 2, 1],
  topKErrors: () => [scores(), Int32Array.of(1, 0), 2, [1, 2]],
  rankOf: () => [scores(), 2, 1, 0],
  argmax: () => [scores(), 2],
  confusionMatrix: () => [Int32Array.of(0, 1, 1), Int32Array.of(0, 1, 0), 2],
  expectedCalibrationError: () => [scores(), Int32Array.of(1, 0), 2, { bins: 10 }],
  reliabilityTable: () => [scores(), Int32Array.of(1, 0), 2, { bins: 10 }],
  auroc: positives,
  aupr: () => [...positives(), { positive: 'in' }],
  tnrAtTpr: () => [...positives(), { tpr: 0.95 }],
  detectionAccuracy: positives,
  connectedComponents: () => [Uint8Array.of(0, 1, 1, 0), { ...size, connectivity: 8 }],
  normalizeMap: () => [map()],
  resizeMap: () => [map(), { from: size, to: { height: 4, width: 4 }, method: 'bilinear' }],
  componentBoxes: () => [map(), [0.2, 0.5], { ...size }],
  largestBoxes: () => [map(), [0.2, 0.5], { ...size }],
  boxAt: () => [map(), 0.5, { ...size }],
  iou: (random) => [box(random), box(random), {}],
  pairedTTest: () => [
    [0.1, 0.2, 0.3],
    [0.2, 0.3, 0.1],
  ],
  summarize: () => [[0.1, 0.2]],
  studentQuantile: () => [0.95, 3],
  studentWithin: () => [2, 3],
};

export const measurements: Family = family<{ name: string; args: unknown[] }>({
  name: 'measurements',
  description: 'scores, maps and counts, with other numbers and lengths',
  async open() {
    return {
      make: (random) => {
        const name = pick(random, Object.keys(calls));
        const args = calls[name]!(random);
        for (let count = 1 + random.integer(2); count > 0; count--) {
          const place = random.integer(args.length);
          args[place] = otherNumbers(random, args[place]);
        }
        return { name, args };
      },
      run: ({ name, args }) => (metrics as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!(...args),
    };
  },
});

/** The same kind of thing with a number changed, or a list longer or shorter; of options, one of any kind. */
function otherNumbers(random: RandomStream, value: unknown): unknown {
  if (typeof value === 'number') return pick(random, edges);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    return chance(random, 0.9) ? Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, chance(random, 0.5) ? oddValue(random) : inside])) : value; // biome-ignore format: one expression
  }
  const numbers = Array.from(value as ArrayLike<number>);
  if (chance(random, 0.3)) numbers.length = random.integer(numbers.length + 1);
  else if (chance(random, 0.2)) numbers.push(pick(random, edges));
  if (numbers.length > 0 && chance(random, 0.7)) numbers[random.integer(numbers.length)] = pick(random, edges);
  return Array.isArray(value) ? numbers : (value as Float32Array).constructor === Float32Array ? Float32Array.from(numbers) : Int32Array.from(numbers); // biome-ignore format: one expression
}
