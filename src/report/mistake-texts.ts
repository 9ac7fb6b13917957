/** What can be said of a network's mistakes, on a page and on a terminal. */
import type { AccuracyResult, DuplicatesResult } from '../evaluate/index.ts';
import type { ClassErrors } from '../metrics/index.ts';
import { percent, plural } from './number-texts.ts';

/** The classes that have images, by their error, the highest first; of several as high those with more mistakes. */
export function worstClasses(classErrors: readonly ClassErrors[]): (ClassErrors & { label: number })[] {
  return classErrors
    .flatMap((one, label) => (one.samples === 0 ? [] : [{ ...one, label }]))
    .sort((a, b) => b.errors / b.samples - a.errors / a.samples || b.errors - a.errors);
}

/** Above this error most of what a network suspects is its own mistake. */
const mostToJudge = 0.5;

/** Whether the network is right often enough to judge labels. */
export const judgesLabels = ({ top1Error }: AccuracyResult): boolean => top1Error <= mostToJudge;

/** What is suspected, and how far that can be trusted, in sentences. */
export function suspectedTexts(accuracy: AccuracyResult): string[] {
  const { suspectedLabels, images, top1Error } = accuracy;
  const by = 'the confident joint (Northcutt et al. 2021)';
  const of = `${plural(suspectedLabels.count, 'label')} of ${images.toLocaleString('en-US')}`;
  if (suspectedLabels.count === 0) return [`No label of these images is suspected to be wrong by ${by}.`];
  if (!judgesLabels(accuracy)) {
    return [
      `Labels cannot be judged by a network that is wrong on ${percent(top1Error)} % of the images: of what it suspects by ${by}, ${of}, most are its own mistakes.`,
    ];
  }
  return [
    `Suspected to be wrong by ${by}: ${of}. Look at them, the clearest first; some are the network's own mistakes.`,
    'A test part judges only its own labels: nothing is said of those of the training part.',
  ];
}

/** How many images were trained on as well, and what that does to the error. */
export function duplicatesText(duplicates: DuplicatesResult | undefined): string {
  if (duplicates === undefined) {
    return 'Duplicates between the training and the test part were not looked for: in drawn images, in other data than the run was trained on, and in more than 250,000 pictures or 2 GiB.';
  }
  const { count, otherClass, top1ErrorWithout } = duplicates;
  if (count === 0)
    return 'No test image is in the training part too, byte for byte; other crops or encodings of a picture are not recognized.';
  const without =
    top1ErrorWithout === null ? 'there is no other' : `without them the top-1 error is ${percent(top1ErrorWithout)} %`;
  const other = otherClass === 0 ? '' : `; ${otherClass} of them with another class, so that one label is wrong`;
  return `${plural(count, 'test image')} ${count === 1 ? 'is' : 'are'} in the training part too, byte for byte, and flatter the network: ${without}${other}.`;
}
