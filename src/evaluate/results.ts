/** What evaluation found, as plain data: what the run folder keeps as JSON, and what tables and reports are made of. Errors, accuracies and shares are fractions. */

import type { BadImage } from '../data/index.ts';
import type { Box } from '../geometry/index.ts';
import type { ReliabilityBin } from '../metrics/index.ts';
import type { Validation } from '../train/index.ts';

export interface AccuracyResult extends Validation {
  images: number;
  /** Pictures that cannot be decoded, which are not among the images: measured without them. */
  badImages: readonly BadImage[];
  /** Expected calibration error with 15 bins. */
  calibrationError: number;
  /** The reliability diagram's bins. */
  reliability: ReliabilityBin[];
}

/** A share of images at one threshold of the score map, a fraction of its maximum. */
export interface AtThreshold {
  threshold: number;
  share: number;
}

/** One image of the gallery: what the network looked at. */
export interface LocalizedImage {
  /** Its number in the set that was measured. */
  index: number;
  label: number;
  predicted: number;
  /** The box of the predicted class's map at the protocol's threshold, in pixels of the image. */
  box: Box;
  truth: readonly Box[];
  /** With the best of the true boxes. */
  iou: number;
}

export interface LocalizationResult {
  /** Images measured: those with a true box. */
  images: number;
  withoutBox: number;
  /** Pictures that cannot be decoded, which are not among the images. */
  badImages: number;
  method: 'cam' | 'grad-cam';
  /** The CutMix paper's protocol (appendix B): map of the predicted class, fixed threshold, largest component, IoU above 0.5. */
  fixed: {
    threshold: number;
    /** Class and box right: the paper's number. */
    top1Localization: number;
    /** Box of the true class's map right, whatever was predicted. */
    gtKnownLocalization: number;
    top1Accuracy: number;
  };
  /** The protocol of Choe et al. 2020 (Evaluating Weakly Supervised Object Localization Methods Right): every threshold. */
  swept: {
    /** Share of images whose box has IoU of at least 0.5, at the best threshold. */
    maxBoxAccuracy: AtThreshold;
    /** Mean over IoU 0.3, 0.5 and 0.7 of the best share, boxes of all components counted. */
    maxBoxAccuracyV2: number;
    byIou: { iou: number; best: AtThreshold }[];
    /** Share with IoU of at least 0.5 over the threshold, every hundredth. */
    curve: AtThreshold[];
  };
  /** What a box in the middle of the image gets under the same measures, without any network: the floor to compare with. */
  centerBox: { gtKnownLocalization: number; maxBoxAccuracyV2: number };
  examples: LocalizedImage[];
}

/** One point of a curve: top-1 error of images changed by that much. */
export interface ErrorAt {
  at: number;
  error: number;
}

export interface AttackResult {
  /** As in `FGSM` or `PGD-10`. */
  name: string;
  /** The largest change of a pixel, of 0..1. */
  epsilon: number;
  top1Error: number;
}

export interface RobustnessResult {
  images: number;
  badImages: number;
  top1Error: number;
  attacks: AttackResult[];
  /** `at` is the side of the square as a share of the image's; what is inside it (center) or outside of it (boundary) is hidden. */
  occlusion: { center: ErrorAt[]; boundary: ErrorAt[] };
  /**
   * `at` is the share of the first image of a pair, `error` how often neither of the two classes is predicted (section 4.4
   * of the CutMix paper), also at the ends.
   */
  inBetween: { mixup: ErrorAt[]; cutmix: ErrorAt[] };
}

export interface OodScores {
  tnrAtTpr95: number;
  auroc: number;
  detectionAccuracy: number;
  /** Area under precision and recall with known (in) or unknown (out) images as the positives. */
  auprIn: number;
  auprOut: number;
}

export const oodScoreNames = ['max-softmax', 'energy'] as const;
export type OodScoreName = (typeof oodScoreNames)[number];

export interface OodResult {
  /** Known images. */
  images: number;
  /** Pictures that cannot be decoded and were left out, known and unknown. */
  badImages: number;
  sets: { name: string; images: number; scores: Record<OodScoreName, OodScores> }[];
  /** Over the sets. */
  mean: Record<OodScoreName, OodScores>;
  /** One sentence each, as where an unknown set holds known images. */
  warnings: string[];
}

/** What each suite finds. */
export interface SuiteResults {
  accuracy: AccuracyResult;
  localization: LocalizationResult;
  robustness: RobustnessResult;
  ood: OodResult;
}

export type SuiteName = keyof SuiteResults;
export const suiteNames = ['accuracy', 'localization', 'robustness', 'ood'] as const satisfies readonly SuiteName[];

export interface SuiteFailure {
  suite: SuiteName;
  message: string;
}

/** What was measured of one run: the suites that were asked for. */
export interface Evaluation extends Partial<SuiteResults> {
  run: string;
  /** The checkpoint's name. */
  checkpoint: string;
  /** As evaluation was asked for it. */
  data: string;
  /** As evaluation was asked for it: how many of the test images the suites but accuracy took. Left out for all. */
  limit?: number;
  /** Names of the classes, by label. */
  classes: string[];
  /** Suites that were asked for and could not be measured; left out where there is none. */
  failures?: SuiteFailure[];
  /** One sentence for each suite that `all` left out because the data does not allow it; left out where there is none. */
  notes?: string[];
}
