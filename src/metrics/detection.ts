/** What is measured of detectors: their boxes, the ground truth, and the names of images and classes in both. */
import { type Box, boxError, isBox, type PixelConvention } from '../geometry/index.ts';
import {
  boolean,
  checkOption,
  type Kind,
  kind,
  type OptionSpecs,
  option,
  optionProblems,
  quoted,
  unknownWord,
} from '../options/index.ts';

/** What stands for a class or an image. The number 1 and the text '1' are different ones. */
export type Label = number | string;

/** A box that a network found. */
export interface Detection {
  image: Label;
  label: Label;
  box: Box;
  /** How sure the network is: higher is surer, on any scale. */
  score: number;
}

/** A box that is really there. */
export interface GroundTruth {
  image: Label;
  label: Label;
  box: Box;
  /** Hard to see: finding it is no merit and missing it no fault. */
  difficult?: boolean;
  /** A region of many objects that were not told apart (COCO's `iscrowd`). */
  crowd?: boolean;
}

/** What can be ordered; infinite scores can. */
export const scoreKind: Kind<number> = kind(
  'a number',
  { type: 'number' },
  (value) => typeof value === 'number' && !Number.isNaN(value),
);

export const labelKind: Kind<Label> = kind(
  'a number or a text',
  { type: ['number', 'string'] },
  (value) => typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value)),
);

/** Judged by {@link checkRow}, since what a box is depends on the convention. */
const anyBox: Kind = kind('a box', {}, () => true);

const rowFields = {
  image: option(labelKind, { description: 'the image it is in' }),
  label: option(labelKind, { description: 'its class' }),
  box: option(anyBox, { description: 'where it is' }),
};

/** Fields of a {@link Detection}. */
export const detectionFields = { ...rowFields, score: option(scoreKind, { description: 'how sure the network is' }) };

/** Fields of a {@link GroundTruth}. */
export const groundTruthFields = {
  ...rowFields,
  difficult: option(boolean, { description: 'hard to see' }),
  crowd: option(boolean, { description: 'many objects in one' }),
};

/**
 * Checks a detection or a ground truth. A field of another name would be passed over, and with it what it says.
 *
 * @param what the row, with which an error begins
 * @throws naming the first field that is unknown, with the nearest, is missing, or has another value than it may have
 */
export function checkRow(
  row: Detection | GroundTruth,
  fields: OptionSpecs,
  pixels: PixelConvention,
  what: () => string,
): void {
  // Half a million rows are checked: sentences are made for a bad one alone.
  let good = labelKind.accepts(row.image) && labelKind.accepts(row.label) && isBox(row.box, pixels);
  for (const name in row) {
    const value = row[name as keyof typeof row];
    good &&= Object.hasOwn(fields, name) && (value === undefined || fields[name]!.kind.accepts(value));
  }
  if (good) return;
  const [problem] = optionProblems(what(), fields, row, 'field');
  if (problem) throw new Error(problem.sentence);
  for (const name of ['image', 'label'] as const) checkOption(what(), name, labelKind, row[name]);
  throw boxError(row.box, what(), pixels);
}

/** Numbers 0, 1, ... for labels, in the order in which they come, or of `all` there are. */
export class Numbering {
  readonly #kind: string;
  readonly #all: readonly Label[] | undefined;
  readonly #numbers: Map<Label, number>;
  readonly #byText: Map<string, Label>;

  constructor(kind: string, all?: readonly Label[]) {
    this.#kind = kind;
    this.#all = all;
    this.#numbers = new Map([...new Set(all)].map((label, number) => [label, number]));
    this.#byText = new Map(all?.map((label) => [String(label), label]));
  }

  /**
   * @param what what has the label, with which an error begins
   * @throws where it is none of `all`, or the same as text as another one
   */
  numberOf(label: Label, what: () => string): number {
    const known = this.#numbers.get(label);
    if (known !== undefined) return known;
    const alike = this.#byText.get(String(label));
    if (alike !== undefined) {
      throw new Error(
        `${what()}: the ${this.#kind} ${quoted(label)} is another one than ${quoted(alike)}, which is there too; ` +
          'give numbers throughout, or texts',
      );
    }
    if (this.#all !== undefined) {
      const wayOut = 'Give it in classes, or leave out what is labeled so';
      throw new Error(unknownWord(`${what()}: unknown ${this.#kind}`, String(label), this.#all.map(String), wayOut));
    }
    this.#numbers.set(label, this.#numbers.size);
    this.#byText.set(String(label), label);
    return this.#numbers.size - 1;
  }

  known(): Label[] {
    return [...this.#numbers.keys()];
  }
}
