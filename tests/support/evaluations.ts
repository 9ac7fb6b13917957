import type {
  AccuracyResult,
  Evaluation,
  LocalizationResult,
  OodResult,
  OodScores,
  RobustnessResult,
} from '../../src/evaluate/index.ts';
import type { RowResult, RunResult } from '../../src/experiments/index.ts';
import { balancedAccuracy, binomialInterval, pairedTTest, summarize } from '../../src/metrics/index.ts';
import type { EpochRecord } from '../../src/runs/index.ts';

const classes = ['cat', 'dog'];

/** Of each class how many images it has, and how many of them were taken for another; of nothing else anything. */
export function accuracyResult(ofClasses: readonly (readonly [samples: number, errors: number])[]): AccuracyResult {
  const sum = (place: 0 | 1) => ofClasses.reduce((total, one) => total + one[place], 0);
  const [images, errors] = [sum(0), sum(1)];
  const classErrors = ofClasses.map(([samples, wrong]) => ({ samples, errors: wrong }));
  return {
    ...{ valLoss: 1, top1Error: errors / images, top5Error: 0, images, badImages: [], calibrationError: 0.125 },
    ...{ reliability: [{ low: 0, high: 1, count: images, confidence: 0.5, accuracy: 1 - errors / images }] },
    ...{
      errorInterval: binomialInterval(errors, images),
      balancedAccuracy: balancedAccuracy(classErrors),
      classErrors,
    },
    ...{ confusions: [], confidentMistakes: [], suspectedLabels: { count: 0, clearest: [] } },
  };
}

/** Half of the images localized, give or take `more`. */
export function localization(more = 0): LocalizationResult {
  const at = (share: number) => ({ threshold: 0.3, share: share + more });
  return {
    ...{ images: 8, withoutBox: 2, badImages: 0, method: 'cam' },
    fixed: { threshold: 0.15, top1Localization: 0.25 + more, gtKnownLocalization: 0.5 + more, top1Accuracy: 0.75 },
    swept: {
      maxBoxAccuracy: at(0.625),
      maxBoxAccuracyV2: 0.5 + more,
      byIou: [
        { iou: 0.3, best: at(0.75) },
        { iou: 0.5, best: at(0.5) },
        { iou: 0.7, best: at(0.25) },
      ],
      curve: [
        { threshold: 0, share: 0.125 + more },
        { threshold: 0.5, share: 0.5 + more },
      ],
    },
    centerBox: { gtKnownLocalization: 0.375, maxBoxAccuracyV2: 0.4375 },
    examples: [
      {
        ...{ index: 0, label: 0, predicted: 1, box: [1, 2, 5, 8], groundTruth: [[2, 2, 6, 8]], iou: 0.6 },
        map: { height: 2, width: 2, values: [0, 0, 0, 1] },
      },
    ],
  };
}

/** Every error moved by `more`. */
export function robustness(more = 0): RobustnessResult {
  const sweep = (...errors: number[]) =>
    errors.map((error, i) => ({ at: i / (errors.length - 1), error: error + more }));
  return {
    ...{ images: 8, badImages: 0, top1Error: 0.25 + more },
    attacks: [
      { name: 'FGSM', epsilon: 8 / 255, top1Error: 0.5 + more },
      { name: 'PGD-10', epsilon: 0.1, top1Error: 0.75 + more },
    ],
    occlusion: { center: sweep(0.25, 0.5, 0.75), boundary: sweep(0.75, 0.5, 0.25) },
    inBetween: { mixup: sweep(0.125, 0.375, 0.125), cutmix: sweep(0.125, 0.25, 0.125) },
  };
}

/** One OOD set for each AUROC, whose other numbers follow from it. */
export function ood(sets: Readonly<Record<string, number>>, warnings: string[] = []): OodResult {
  const scores = (auroc: number): OodScores => ({
    ...{ tnrAtTpr95: auroc / 2, auroc, detectionAccuracy: auroc / 4, auprIn: auroc, auprOut: auroc },
  });
  const both = (auroc: number) => ({ 'max-softmax': scores(auroc), energy: scores(1 - auroc) });
  const values = Object.values(sets);
  return {
    ...{ images: 8, badImages: 0, warnings },
    sets: Object.entries(sets).map(([name, auroc]) => ({ name, images: 8, scores: both(auroc) })),
    mean: both(values.reduce((sum, value) => sum + value, 0) / values.length),
  };
}

/** A network of which nothing is known but its seed and its errors on the test images, epoch by epoch. */
export function runResult(seed: number, errors: readonly number[], more: Partial<RunResult> = {}): RunResult {
  const epochs = errors.map(
    (top1Error, i): EpochRecord => ({
      ...{ kind: 'epoch', step: 10 * (i + 1), epoch: i + 1, trainLoss: 2 * top1Error, imagesPerSecond: 1 },
      scores: { valLoss: 3 * top1Error, top1Error, top5Error: top1Error / 4 },
    }),
  );
  const best = epochs.reduce((one, other) => (other.scores.top1Error! <= one.scores.top1Error! ? other : one));
  return {
    ...{ seed, run: `runs/nowhere-seed${seed}`, epochs, best, last: epochs.at(-1)!, chosenOn: 'test' },
    ...{ calibrationError: 0.125, badImages: 0 },
    ...more,
  };
}

/** A method that was trained so, against a baseline where there is one. */
export function rowResult(row: string, runs: readonly RunResult[], baseline?: RowResult): RowResult {
  const over = (epoch: 'last' | 'best', score: string) =>
    summarize(runs.map((run) => run[epoch].scores[score] ?? Number.NaN));
  const errors = (epoch: 'last' | 'best', of: readonly RunResult[]) => of.map((run) => run[epoch].scores.top1Error!);
  const paired = (epoch: 'last' | 'best') => pairedTTest(errors(epoch, runs), errors(epoch, baseline!.runs));
  return {
    ...{ row, title: row.toUpperCase(), model: 'resnet8', mix: [], regularize: [], labelSmoothing: 0, runs: [...runs] },
    top1: { last: over('last', 'top1Error'), best: over('best', 'top1Error') },
    top5: { last: over('last', 'top5Error'), best: over('best', 'top5Error') },
    calibrationError: summarize(runs.map(({ calibrationError }) => calibrationError)),
    ...(baseline && { paired: { baseline: baseline.row, last: paired('last'), best: paired('best') } }),
  };
}

/** What these suites found of a run that is nowhere. */
export function evaluation(found: Partial<Evaluation>): Evaluation {
  return { run: 'runs/nowhere', checkpoint: 'step-00000001', data: 'shapes', classes, ...found };
}
