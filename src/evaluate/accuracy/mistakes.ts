/** What a network gets wrong: which classes, which images, and where the labels may be to blame. */
import { dataFolder, imageName, type LabeledImages } from '../../data/index.ts';
import {
  balancedAccuracy,
  binomialInterval,
  type ClassErrors,
  type Confusion,
  classErrors,
  confidentJoint,
  confusionMatrix,
  mostConfused,
} from '../../metrics/index.ts';
import type { Duplicate } from './duplicates.ts';
import type { Predictions } from './predictions.ts';

/** Every pair of classes where there are up to 20, which a page can show as a matrix. */
const confusionsKept = 20 * 19;
const imagesKept = 24;

/** One image that was measured. */
export interface NamedImage {
  /** Its number in the test part. */
  index: number;
  /** The path under the data's folder; the number of an image that is in memory or drawn. */
  name: string;
  label: number;
}

/** An image that was taken for another class. */
export interface Mistake extends NamedImage {
  predicted: number;
  /** The probability that the network gave to that. */
  confidence: number;
}

/** An image whose label is probably wrong. */
export interface SuspectedImage extends NamedImage {
  /** The class that it is more probably of. */
  likely: number;
  /** The probability of `likely` less that of the label. */
  margin: number;
}

/** What is wrong, in detail. */
export interface MistakesResult {
  /** The 95 % interval of the top-1 error as of a sample of as many images (Clopper and Pearson). */
  errorInterval: [low: number, high: number];
  /** The mean over the classes of the share that is right. */
  balancedAccuracy: number;
  /** Of each class, by its label: how many images it has, and how many of them were taken for another. */
  classErrors: ClassErrors[];
  /** The most frequent first: all of up to 20 classes, else the 380 most frequent. */
  confusions: Confusion[];
  /** Up to 24, the most confident first. */
  confidentMistakes: Mistake[];
  /** By the confident joint; up to 24 of them, the clearest first. The network judges only the labels of these images. */
  suspectedLabels: { count: number; clearest: SuspectedImage[] };
  /** Of the test and the training part; left out where they were not looked for. */
  duplicates?: DuplicatesResult;
}

/** Images that are in both parts. */
export interface DuplicatesResult {
  count: number;
  /** Of them, those with another class in the training part. */
  otherClass: number;
  /** The error of all other images; null where there are none. */
  top1ErrorWithout: number | null;
  /** Up to 24. */
  examples: Duplicate[];
}

/** @param data where the images are: names begin there */
export function findMistakes(
  predictions: Predictions,
  images: LabeledImages,
  data: string,
  duplicates: readonly Duplicate[] | undefined,
): MistakesResult {
  const { labels, indices, predicted, probabilities, classes } = predictions;
  const nameOf = imageName(dataFolder(data), images);
  const named = (n: number): NamedImage => ({ index: indices[n]!, name: nameOf(indices[n]!), label: labels[n]! });
  const counts = confusionMatrix(labels, predicted, classes.length);
  const ofClasses = classErrors(counts, classes.length);
  const wrong = [...labels.keys()].filter((n) => predicted[n] !== labels[n]);
  const confidence = (n: number) => probabilities[n * classes.length + predicted[n]!] || 0;
  const { suspects } = confidentJoint(probabilities, labels, classes.length);
  return {
    errorInterval: binomialInterval(wrong.length, labels.length),
    balancedAccuracy: balancedAccuracy(ofClasses),
    classErrors: ofClasses,
    confusions: mostConfused(counts, classes.length, confusionsKept),
    confidentMistakes: wrong
      .toSorted((a, b) => confidence(b) - confidence(a))
      .slice(0, imagesKept)
      .map((n) => ({ ...named(n), predicted: predicted[n]!, confidence: confidence(n) })),
    suspectedLabels: {
      count: suspects.length,
      clearest: suspects
        .slice(0, imagesKept)
        .map(({ sample, likely, margin }) => ({ ...named(sample), likely, margin })),
    },
    ...(duplicates && { duplicates: ofDuplicates(duplicates, indices, wrong) }),
  };
}

function ofDuplicates(
  duplicates: readonly Duplicate[],
  indices: Int32Array,
  wrong: readonly number[],
): DuplicatesResult {
  const isTwin = new Set(duplicates.map(({ index }) => index));
  const others = indices.filter((index) => !isTwin.has(index)).length;
  const wrongOthers = wrong.filter((n) => !isTwin.has(indices[n]!)).length;
  return {
    count: duplicates.length,
    otherClass: duplicates.filter(({ isOtherClass }) => isOtherClass).length,
    top1ErrorWithout: others === 0 ? null : wrongOthers / others,
    examples: duplicates.slice(0, imagesKept),
  };
}
