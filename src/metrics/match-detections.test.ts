import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, iou } from '../geometry/index.ts';
import type { Detection, GroundTruth } from './detection.ts';
import { type MatchDetectionsOptions, matchDetections } from './match-detections.ts';

/** A box one pixel high, so that IoUs are easy to see. */
const span = (from: number, to: number): Box => [from, 0, to, 1];
const found = (box: Box, score: number, label = 'cat', image = 'a'): Detection => ({ image, label, box, score });
const groundTruth = (box: Box, more: Partial<GroundTruth> = {}): GroundTruth => ({
  image: 'a',
  label: 'cat',
  box,
  ...more,
});
const outcomesOf = (detections: Detection[], groundTruths: GroundTruth[], options?: MatchDetectionsOptions) =>
  matchDetections(detections, groundTruths, options).detections.map(({ outcome }) => outcome);

test('a hand-made image: one found, one found twice, one of another class, one in another image, one missed', () => {
  const groundTruths = [groundTruth(span(0, 10)), groundTruth(span(20, 30)), groundTruth(span(40, 50))];
  const detections = [
    found(span(0, 8), 0.6),
    found(span(0, 9), 0.9), // surer, so this one takes the groundTruth
    found(span(20, 30), 0.8, 'dog'),
    found(span(20, 30), 0.8, 'cat', 'b'),
    found(span(43, 50), 0.5),
  ];
  const result = matchDetections(detections, groundTruths);
  expect(result.detections).toEqual([
    { score: 0.6, outcome: 'false positive', groundTruth: null, iou: 0.8 },
    { score: 0.9, outcome: 'true positive', groundTruth: 0, iou: 0.9 },
    { score: 0.8, outcome: 'false positive', groundTruth: null, iou: 0 },
    { score: 0.8, outcome: 'false positive', groundTruth: null, iou: 0 },
    { score: 0.5, outcome: 'true positive', groundTruth: 2, iou: 0.7 },
  ]);
  expect(result).toMatchObject({ truePositives: 2, falsePositives: 3, positives: 3, missed: 1 });
  expect([result.precision, result.recall]).toEqual([2 / 5, 2 / 3]);
});

test('an IoU of exactly the threshold is enough, unless it is strict', () => {
  const [detections, groundTruths] = [[found(span(0, 5), 1)], [groundTruth(span(0, 10))]];
  expect(outcomesOf(detections, groundTruths)).toEqual(['true positive']);
  expect(outcomesOf(detections, groundTruths, { protocol: 'coco' })).toEqual(['true positive']);
  expect(outcomesOf(detections, groundTruths, { strict: true })).toEqual(['false positive']);
  expect(outcomesOf(detections, groundTruths, { strict: true, protocol: 'coco' })).toEqual(['false positive']);
});

test('VOC gives no second choice where COCO does', () => {
  // The second detection overlaps the first ground truth more, which is taken, but the other one enough.
  const groundTruths = [groundTruth(span(0, 10)), groundTruth(span(2, 12))];
  const detections = [found(span(0, 10), 0.9), found(span(0.5, 10.5), 0.8)];
  expect(outcomesOf(detections, groundTruths)).toEqual(['true positive', 'false positive']);
  expect(outcomesOf(detections, groundTruths, { protocol: 'coco' })).toEqual(['true positive', 'true positive']);
});

test('difficult ground truths make no detection true or false, however many there are of them, and are not missed', () => {
  const groundTruths = [groundTruth(span(0, 10), { difficult: true }), groundTruth(span(20, 30))];
  const detections = [found(span(0, 10), 0.9), found(span(0, 9), 0.8), found(span(0, 3), 0.7)];
  const result = matchDetections(detections, groundTruths);
  expect(result.detections.map(({ outcome, groundTruth }) => [outcome, groundTruth])).toEqual([
    ['ignored', 0],
    ['ignored', 0],
    ['false positive', null],
  ]);
  expect(result).toMatchObject({ truePositives: 0, falsePositives: 1, positives: 1, missed: 1 });
  // COCO knows them as ignored ground truths that are found once.
  expect(outcomesOf(detections, groundTruths, { protocol: 'coco' })).toEqual([
    'ignored',
    'false positive',
    'false positive',
  ]);
});

test('a COCO crowd takes any number of detections by the share of them that lies inside', () => {
  const groundTruths = [groundTruth(span(0, 100), { crowd: true })];
  const detections = [found(span(0, 10), 0.9), found(span(95, 105), 0.8), found(span(96, 106), 0.7)];
  const { detections: matches, positives } = matchDetections(detections, groundTruths, { protocol: 'coco' });
  expect(matches.map(({ outcome, iou }) => [outcome, iou])).toEqual([
    ['ignored', 1],
    ['ignored', 0.5],
    ['false positive', 0.4],
  ]);
  expect(positives).toBe(0);
});

test('COCO prefers a ground truth that counts to a crowd with a larger share', () => {
  const groundTruths = [groundTruth(span(0, 100), { crowd: true }), groundTruth(span(0, 10))];
  const detections = [found(span(0, 9), 0.9), found(span(0, 8), 0.8)];
  expect(outcomesOf(detections, groundTruths, { protocol: 'coco' })).toEqual(['true positive', 'ignored']);
});

test('of equal IoUs VOC takes the first ground truth and COCO the last', () => {
  const groundTruths = [groundTruth(span(0, 8)), groundTruth(span(2, 10))];
  const truthOf = (protocol: 'voc' | 'coco') =>
    matchDetections([found(span(1, 9), 1)], groundTruths, { protocol }).detections[0]!.groundTruth;
  expect([truthOf('voc'), truthOf('coco')]).toEqual([0, 1]);
});

test('equal scores are taken in the order given', () => {
  const detections = [found(span(0, 9), 0.5), found(span(0, 10), 0.5)];
  expect(outcomesOf(detections, [groundTruth(span(0, 10))])).toEqual(['true positive', 'false positive']);
  expect(outcomesOf(detections.toReversed(), [groundTruth(span(0, 10))])).toEqual(['true positive', 'false positive']);
});

test('scores of any scale count where no confidence is asked for', () => {
  expect(matchDetections([found(span(0, 10), -3)], [groundTruth(span(0, 10))]).recall).toBe(1);
});

test('detections below the confidence are left out, one at it is not', () => {
  const detections = [found(span(0, 10), 0.5), found(span(0, 10), 0.4)];
  const result = matchDetections(detections, [groundTruth(span(0, 10))], { confidence: 0.5 });
  expect(result.detections.map(({ outcome }) => outcome)).toEqual(['true positive', 'unconfident']);
  expect(result).toMatchObject({ falsePositives: 0, precision: 1 });
});

test('the pixel convention decides about a narrow miss', () => {
  // 5 of 11 or 6 of 12 pixels.
  const [detections, groundTruths] = [[found([0, 0, 5, 1], 1)], [groundTruth([0, 0, 11, 1])]];
  expect(outcomesOf(detections, groundTruths)).toEqual(['false positive']);
  expect(outcomesOf(detections, groundTruths, { pixels: 'inclusive' })).toEqual(['true positive']);
});

test('no detections have no precision, no ground truths no recall', () => {
  expect(matchDetections([], [groundTruth(span(0, 1))])).toMatchObject({ precision: null, recall: 0, missed: 1 });
  expect(matchDetections([found(span(0, 1), 1)], [])).toMatchObject({ precision: 0, recall: null, missed: 0 });
});

test('what is not valid is an error that names it', () => {
  const good = found(span(0, 1), 1);
  expect(() => matchDetections([good, found(span(3, 3), 1)], [])).toThrow("detection 1 (image 'a'): expected finite");
  expect(() => matchDetections([], [groundTruth([0, 0, 1, -1])])).toThrow(
    "ground truth 0 (image 'a'): expected finite",
  );
  expect(() => matchDetections([good, found(span(0, 1), Number.NaN)], [])).toThrow(
    "matchDetections: detection 1 (image 'a'): expected score to be a number, got NaN",
  );
  expect(() => matchDetections([good], [], { iouThreshold: 0 })).toThrow(
    'expected iouThreshold to be a number above 0',
  );
  expect(() => matchDetections([good], [], { iouThreshold: 50 })).toThrow('at most 1, got 50');
  expect(() => matchDetections([good], [], { confidence: Number.NaN })).toThrow('confidence to be a number, got NaN');
  expect(() => matchDetections([good], [], { protocol: 'COCO' as 'coco' })).toThrow(
    "unknown value of protocol 'COCO'; did you mean 'coco'? Valid: voc, coco",
  );
  expect(() => matchDetections([good], [], { strict: 'no' as unknown as boolean })).toThrow("true or false, got 'no'");
  for (const score of [undefined, null, '0.9'] as unknown as number[]) {
    expect(() => matchDetections([found(span(0, 1), score)], [])).toThrow('expected score to be a number, got');
  }
});

test('the same image or class as a number and as a text is an error', () => {
  const one = { image: 1, label: 7, box: span(0, 1) };
  expect(() => matchDetections([{ ...one, image: '1', score: 1 }], [one])).toThrow(
    "detection 0 (image '1'): the image '1' is another one than 1, which is there too; give numbers throughout, or texts",
  );
  expect(() => matchDetections([{ ...one, label: '7', score: 1 }], [one])).toThrow(
    "the class '7' is another one than 7",
  );
});

// A few labels, images and coarse boxes and scores, so that everything meets and ties are common.
const coarseBox = fc
  .tuple(fc.nat(4), fc.nat(2), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
const row = { image: fc.constantFrom('a', 'b'), label: fc.constantFrom(0, 1), box: coarseBox };
const someDetections = fc.array(fc.record({ ...row, score: fc.constantFrom(0.1, 0.5, 0.7, 0.9) }), { maxLength: 15 });
const someTruths = fc.array(
  fc.record({ ...row, difficult: fc.boolean(), crowd: fc.constantFrom(false, false, true) }),
  { maxLength: 8 },
);

/** One detection at a time, as the protocols are told in prose. */
function slowOutcomes(
  detections: Detection[],
  groundTruths: GroundTruth[],
  threshold: number,
  protocol: 'voc' | 'coco',
) {
  const taken = new Set<GroundTruth>();
  const outcomes = new Map<Detection, string>();
  const ignores = ({ difficult, crowd }: GroundTruth) => Boolean(difficult || crowd);
  const share = (detection: Detection, groundTruth: GroundTruth) => {
    const [a, b] = [detection.box, groundTruth.box];
    if (protocol === 'voc' || !groundTruth.crowd) return iou(a, b);
    const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    return (width * height) / ((a[2] - a[0]) * (a[3] - a[1]));
  };
  for (const one of detections.toSorted((a, b) => b.score - a.score)) {
    let candidates = groundTruths.filter(({ image, label }) => image === one.image && label === one.label);
    if (protocol === 'coco') {
      candidates = candidates.filter(
        (groundTruth) => (groundTruth.crowd || !taken.has(groundTruth)) && share(one, groundTruth) >= threshold,
      );
      // The last of the best comes first when sorted from the back.
      candidates = candidates
        .toReversed()
        .toSorted((a, b) => Number(ignores(a)) - Number(ignores(b)) || share(one, b) - share(one, a));
    } else {
      candidates = candidates.toSorted((a, b) => share(one, b) - share(one, a));
    }
    const best = candidates[0];
    if (best === undefined || share(one, best) < threshold) outcomes.set(one, 'false positive');
    else if (ignores(best)) outcomes.set(one, 'ignored');
    else outcomes.set(one, taken.has(best) ? 'false positive' : 'true positive');
    if (best !== undefined && share(one, best) >= threshold) taken.add(best);
  }
  return detections.map((one) => outcomes.get(one));
}

test.each(['voc', 'coco'] as const)('matching by %s equals doing it one detection at a time', (protocol) => {
  fc.assert(
    fc.property(
      someDetections,
      someTruths,
      fc.constantFrom(0.2, 0.5, 0.75),
      (detections, groundTruths, iouThreshold) => {
        const outcomes = outcomesOf(detections, groundTruths, { protocol, iouThreshold });
        expect(outcomes).toEqual(slowOutcomes(detections, groundTruths, iouThreshold, protocol));
      },
    ),
    { numRuns: 300 },
  );
});
