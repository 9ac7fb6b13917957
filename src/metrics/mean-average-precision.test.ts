import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../geometry/index.ts';
import type { Detection, GroundTruth } from './detection.ts';
import { cocoAveragePrecision, type Interpolation, meanAveragePrecision } from './index.ts';
import { matchDetections } from './match-detections.ts';
import { averagePrecision, precisionRecallCurve } from './precision-recall.ts';

// The example of R. Padilla's "Object-Detection-Metrics" (github.com/rafaelpadilla, MIT license): seven images, 15
// ground truths and 24 detections of one class as x, y, width, height; boxes end at x + width, inclusive.
const padillaTruths = [
  [
    [25, 16, 38, 56],
    [129, 123, 41, 62],
  ],
  [
    [123, 11, 43, 55],
    [38, 132, 59, 45],
  ],
  [
    [16, 14, 35, 48],
    [123, 30, 49, 44],
    [99, 139, 47, 47],
  ],
  [
    [53, 42, 40, 52],
    [154, 43, 31, 34],
  ],
  [
    [59, 31, 44, 51],
    [48, 128, 34, 52],
  ],
  [
    [36, 89, 52, 76],
    [62, 58, 44, 67],
  ],
  [
    [28, 31, 55, 63],
    [58, 67, 50, 58],
  ],
];
// After the score in per cent.
const padillaDetections = [
  [
    [88, 5, 67, 31, 48],
    [70, 119, 111, 40, 67],
    [80, 124, 9, 49, 67],
  ],
  [
    [71, 64, 111, 64, 58],
    [54, 26, 140, 60, 47],
    [74, 19, 18, 43, 35],
  ],
  [
    [18, 109, 15, 77, 39],
    [67, 86, 63, 46, 45],
    [38, 160, 62, 36, 53],
    [91, 105, 131, 47, 47],
    [44, 18, 148, 40, 44],
  ],
  [
    [35, 83, 28, 28, 26],
    [78, 28, 68, 42, 67],
    [45, 87, 89, 25, 39],
    [14, 10, 155, 60, 26],
  ],
  [
    [62, 50, 38, 28, 46],
    [44, 95, 11, 53, 28],
    [95, 29, 131, 72, 29],
    [23, 29, 163, 72, 29],
  ],
  [
    [45, 43, 48, 74, 38],
    [84, 17, 155, 29, 35],
    [43, 95, 110, 25, 42],
  ],
  [
    [48, 16, 20, 101, 88],
    [95, 33, 116, 37, 49],
  ],
];
const corners = ([x, y, width, height]: readonly number[]): Box => [x!, y!, x! + width!, y! + height!];
const groundTruths = padillaTruths.flatMap((boxes, image) =>
  boxes.map((box) => ({ image, label: 'object', box: corners(box) })),
);
const detections = padillaDetections.flatMap((rows, image) =>
  rows.map(([score, ...box]) => ({ image, label: 'object', box: corners(box), score: score! / 100 })),
);

test.each([
  [0.1, 0.3689064559, 0.3371980676],
  [0.3, 0.2683982683, 0.2456866804],
  [0.5, 0.0303030303, 0.0222222222],
  [0.75, 0, 0],
])("Padilla's published example at IoU %f has the AP %f at 11 points and %f at all", (iouThresholds, eleven, all) => {
  const of = (interpolation: Interpolation) =>
    meanAveragePrecision(detections, groundTruths, { iouThresholds, interpolation, pixels: 'inclusive' }).mean;
  expect(of('11-point')).toBeCloseTo(eleven, 9);
  expect(of('all-points')).toBeCloseTo(all, 9);
  // What its own code says at IoU 0.1, with recalls by numpy.linspace; at the others no recall of 3, 6 or 7 tenths is met.
  expect(of('11-point-numpy')).toBeCloseTo(iouThresholds === 0.1 ? 0.3333333333 : eleven, 9);
});

test("the curve of Padilla's published list of right and wrong detections has the published areas", () => {
  const list = '95T 95F 91T 88F 84F 80F 78F 74F 71F 70T 67F 62T 54T 48T 45F 45F 44F 44F 43F 38F 35F 23F 18T 14F';
  const outcomes = list.split(' ').map((word) => ({
    score: Number.parseInt(word, 10),
    outcome: word.endsWith('T') ? ('true positive' as const) : ('false positive' as const),
  }));
  const curve = precisionRecallCurve(outcomes, 15);
  expect(averagePrecision(curve, { interpolation: '11-point' })).toBeCloseTo(0.268398, 6);
  expect(averagePrecision(curve)).toBeCloseTo(0.245687, 6);
});

const span = (from: number, to: number): Box => [from, 0, to, 1];
const found = (label: string, box: Box, score: number): Detection => ({ image: 1, label, box, score });
const groundTruth = (label: string, box: Box, more: Partial<GroundTruth> = {}) => ({ image: 1, label, box, ...more });

test('two classes at two thresholds are averaged by hand, and a class without ground truths is left out', () => {
  const result = meanAveragePrecision(
    [found('cat', span(0, 10), 0.9), found('dog', span(0, 6), 0.8), found('eel', span(0, 6), 0.8)],
    [groundTruth('cat', span(0, 10)), groundTruth('cat', span(20, 30)), groundTruth('dog', span(0, 10))],
    { iouThresholds: [0.5, 0.75] },
  );
  expect(result.perClass).toEqual([
    { label: 'cat', positives: 2, detections: 1, averagePrecision: 0.5, perThreshold: [0.5, 0.5] },
    { label: 'dog', positives: 1, detections: 1, averagePrecision: 0.5, perThreshold: [1, 0] },
    { label: 'eel', positives: 0, detections: 1, averagePrecision: null, perThreshold: [] },
  ]);
  expect(result.perThreshold).toEqual([
    { iouThreshold: 0.5, mean: 0.75 },
    { iouThreshold: 0.75, mean: 0.25 },
  ]);
  expect(result.mean).toBe(0.5);
});

test('a class that is nowhere is listed, in the order of the classes, and left out', () => {
  const result = meanAveragePrecision([], [groundTruth('cat', span(0, 1))], { classes: ['dog', 'cat'] });
  expect(result.perClass.map(({ label, averagePrecision }) => [label, averagePrecision])).toEqual([
    ['dog', null],
    ['cat', 0],
  ]);
  expect(result.mean).toBe(0);
});

test('without any ground truth that counts there is no mean', () => {
  const difficult = groundTruth('cat', span(0, 1), { difficult: true });
  expect(meanAveragePrecision([found('cat', span(0, 1), 1)], [difficult])).toMatchObject({
    mean: null,
    perThreshold: [{ iouThreshold: 0.5, mean: null }],
  });
  expect(meanAveragePrecision([], [])).toMatchObject({ mean: null, perClass: [] });
});

test('of each image and class only the surest detections count', () => {
  const twice = [found('cat', span(50, 60), 0.9), found('cat', span(0, 10), 0.8)];
  const one = [groundTruth('cat', span(0, 10))];
  expect(meanAveragePrecision(twice, one).mean).toBe(0.5);
  expect(meanAveragePrecision(twice, one, { maxDetections: 1 }).mean).toBe(0);
});

test("COCO's mean over ten thresholds is computed by hand", () => {
  // IoU 0.72 is enough for 0.5, 0.55, 0.6, 0.65 and 0.7.
  const result = meanAveragePrecision(
    [found('cat', span(0, 72), 1)],
    [groundTruth('cat', span(0, 100))],
    cocoAveragePrecision,
  );
  expect(result.mean).toBeCloseTo(0.5, 12);
  expect(result.perThreshold.map(({ iouThreshold }) => iouThreshold).at(-1)).toBe(0.95);
});

const coarseBox = fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 4 })).map(([x, width]): Box => [x, 0, x + width, 1]);
const row = { image: fc.constantFrom('a', 'b'), label: fc.constantFrom('cat', 'dog'), box: coarseBox };
const someDetections = fc.array(fc.record({ ...row, score: fc.nat(5) }), { maxLength: 15 });
const someTruths = fc.array(fc.record({ ...row, crowd: fc.boolean() }), { maxLength: 8 });

test('it equals matching and drawing the curve of each class by itself', () => {
  fc.assert(
    fc.property(someDetections, someTruths, fc.constantFrom('voc', 'coco'), (all, real, protocol) => {
      const iouThresholds = [0.3, 0.6];
      fc.pre(all.length === 0 || real.length === 0 || all.some((one) => real.some(({ image }) => image === one.image)));
      const { perClass } = meanAveragePrecision(all, real, { protocol, iouThresholds });
      for (const { label, averagePrecision: average, perThreshold } of perClass) {
        if (average === null) continue;
        const alone = iouThresholds.map((iouThreshold) => {
          const own = <T extends { label: string }>(list: T[]) => list.filter((one) => one.label === label);
          const matches = matchDetections(own(all), own(real), { iouThreshold, protocol });
          return averagePrecision(precisionRecallCurve(matches.detections, matches.positives));
        });
        expect(perThreshold).toEqual(alone);
      }
    }),
  );
});

test('neither the order of the ground truths nor the names of classes and images matter', () => {
  const other = (row: { image: number }) => ({ ...row, image: `picture ${row.image}`, label: 7 });
  const options = { iouThresholds: [0.1, 0.3], pixels: 'inclusive' } as const;
  const { mean } = meanAveragePrecision(detections, groundTruths, options);
  expect(meanAveragePrecision(detections, groundTruths.toReversed(), options).mean).toBe(mean);
  expect(
    meanAveragePrecision(
      detections.map((row) => ({ ...row, ...other(row) })),
      groundTruths.map((row) => ({ ...row, ...other(row) })),
      options,
    ).mean,
  ).toBe(mean);
});

test('a class that is not one of the classes is an error with the nearest', () => {
  const classes = ['Laysan albatross', 'Black-footed albatross', 'crow'];
  const typed = [found('Black footed Albatros', span(0, 1), 1)];
  expect(() => meanAveragePrecision(typed, [], { classes })).toThrow(
    "detection 0 (image '1'): unknown class 'Black footed Albatros'; did you mean 'Black-footed albatross'? Give it in classes",
  );
  expect(() => meanAveragePrecision([], [groundTruth('zzz', span(0, 1))], { classes })).toThrow(
    /unknown class 'zzz'\. Give it/,
  );
});

test('thresholds and numbers that mean nothing are errors', () => {
  expect(() => meanAveragePrecision([], [], { iouThresholds: [] })).toThrow('or a list of at least one, got []');
  expect(() => meanAveragePrecision([], [], { iouThresholds: [0.5, 75] })).toThrow('got [0.5, 75]');
  expect(() => meanAveragePrecision([], [], { maxDetections: 0 })).toThrow(
    'maxDetections to be a whole number of at least 1, got 0',
  );
});

test('misspelled choices and options are errors', () => {
  const misspelled = '11-points' as Interpolation;
  expect(() => meanAveragePrecision([], [], { interpolation: misspelled })).toThrow(
    "unknown value of interpolation '11-points'; did you mean '11-point'? Valid: all-points, 11-point, 101-point",
  );
  const unknown = { iouThreshold: 0.75 } as object;
  expect(() => meanAveragePrecision([], [], unknown)).toThrow(
    "meanAveragePrecision: unknown option 'iouThreshold'; did you mean 'iouThresholds'? Valid: iouThresholds, classes",
  );
});

test('detections of other images than the ground truths are an error, since one of the two is misnamed', () => {
  const [box, label] = [span(0, 1), 'cat'];
  expect(() => meanAveragePrecision([{ image: 'a.jpg', label, box, score: 1 }], [{ image: 'a', label, box }])).toThrow(
    "the first detection is of 'a.jpg', the first ground truth of 'a'",
  );
});

test('detections only in images without ground truths, as early in a training, have an AP of 0', () => {
  const [box, label] = [span(0, 1), 'cat'];
  const of = (found: Detection['image'], there: GroundTruth['image']) =>
    meanAveragePrecision([{ image: found, label, box, score: 1 }], [{ image: there, label, box }]);
  expect(of('empty', 'full').mean).toBe(0);
  expect(of(7, 8).mean).toBe(0);
  expect(() => of('val/A.JPG', 'a')).toThrow("the first detection is of 'val/A.JPG', the first ground truth of 'a'");
  expect(() => of(7, '000007')).toThrow("of 7, the first ground truth of '000007'");
  expect(() => of(0, 'full')).toThrow("of 0, the first ground truth of 'full'");
});

test('fields of other programs, and labels that are none, are errors that name the row', () => {
  const [row, score] = [{ image: 1, label: 0, box: span(0, 1) }, 1];
  const of = (found: object, there: object) => () => meanAveragePrecision([found as Detection], [there as GroundTruth]);
  const { image: _, ...noImage } = row;
  const { label: __, ...noLabel } = row;
  const good = { ...row, score };
  expect(of({ ...noImage, image_id: 1, score }, row)).toThrow(
    "detection 0 (image 'undefined'): unknown field 'image_id'; did you mean 'image'? Valid: image, label, box, score",
  );
  expect(of(good, { ...row, iscrowd: 1 })).toThrow(
    "unknown field 'iscrowd'; did you mean 'crowd'? Valid: image, label",
  );
  expect(of(good, { ...row, iscrowd: undefined })).toThrow("unknown field 'iscrowd'");
  expect(of({ ...good, crowd: true }, row)).toThrow("detection 0 (image '1'): unknown field 'crowd'");
  expect(of(good, { ...row, score })).toThrow("ground truth 0 (image '1'): unknown field 'score'");
  expect(of({ ...good, category_id: 3 }, row)).toThrow("unknown field 'category_id'");
  expect(of({ ...good, bbox: [0, 0, 1, 1] }, row)).toThrow("unknown field 'bbox'; did you mean 'box'?");
  expect(of(good, { ...row, crowd: 1 })).toThrow('expected crowd to be true or false, got 1');
  expect(of(good, { ...row, difficult: '0' })).toThrow("expected difficult to be true or false, got '0'");
  for (const wrong of [Number.NaN, null, [1], true]) {
    expect(of({ ...good, label: wrong }, row)).toThrow('expected label to be a number or a text, got ');
    expect(of(good, { ...row, image: wrong })).toThrow('expected image to be a number or a text, got ');
  }
  expect(of({ ...noLabel, score }, noLabel)).toThrow('expected label to be a number or a text, got undefined');
  expect(of({ ...noImage, score }, noImage)).toThrow('expected image to be a number or a text, got undefined');
  expect(of({ ...good, toString: undefined }, row)).toThrow("unknown field 'toString'");
});
