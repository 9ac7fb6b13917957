/** What is measured of detectors: their boxes, the ground truth, and the names of images and classes in both. */
import type { Box } from '../geometry/index.ts';
import { type Kind, kind, quoted, unknownWord } from '../options/index.ts';

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
  (value) => typeof value === 'number' || typeof value === 'string',
);

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
