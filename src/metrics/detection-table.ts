import { type Box, boxError, isBox, type PixelConvention } from '../geometry/index.ts';
import { type Detection, type GroundTruth, isScore, type Label } from './detection.ts';
import { type Groups, groupBy } from './group-by.ts';
import { quoted } from './options.ts';
import { unknownClass } from './unknown-class.ts';

/** Boxes by columns: row i has `boxes[4 i] .. boxes[4 i + 3]`. Images and classes are numbered from 0 up. */
interface BoxColumns {
  boxes: Float64Array;
  images: Uint32Array;
  byClass: Groups;
}

/**
 * Detections and truths by columns: half a million of them are matched several times faster so than as objects, and
 * take a fifth of the memory.
 */
export interface DetectionTable {
  classes: readonly Label[];
  imageCount: number;
  detections: BoxColumns & { scores: Float64Array };
  truths: BoxColumns & {
    /** 1 for difficult ones and crowds, which count neither as found nor as missed. */
    ignored: Uint8Array;
    crowd: Uint8Array;
  };
}

export interface DetectionTableOptions {
  pixels: PixelConvention;
  /** All classes there are; without it those of the truths, then those of the detections, as they come. */
  classes?: readonly Label[] | undefined;
}

/** @throws naming the detection or the truth whose box, score, class or image is not valid */
export function detectionTable(
  detections: readonly Detection[],
  truths: readonly GroundTruth[],
  { pixels, classes }: DetectionTableOptions,
): DetectionTable {
  const images = new Numbering('image');
  const labels = new Numbering('label', classes);
  const read = (name: string, rows: readonly (Detection | GroundTruth)[]) =>
    readRows(name, rows, images, labels, pixels);
  const truthRows = read('truth', truths);
  const detectionRows = read('detection', detections);
  return {
    classes: labels.known(),
    imageCount: images.known().length,
    detections: {
      ...detectionRows,
      scores: readScores(detections),
      byClass: groupBy(detectionRows.labels, labels.known().length),
    },
    truths: {
      ...truthRows,
      ignored: Uint8Array.from(truths, ({ difficult, crowd }) => (difficult || crowd ? 1 : 0)),
      crowd: Uint8Array.from(truths, ({ crowd }) => (crowd ? 1 : 0)),
      byClass: groupBy(truthRows.labels, labels.known().length),
    },
  };
}

/** Numbers 0, 1, ... for labels, in the order in which they come, or of `all` there are. */
class Numbering {
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

  /** @param what what has the label, for the error where it is none of `all` */
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
    if (this.#all !== undefined) throw new Error(unknownClass(what(), label, this.#all));
    this.#numbers.set(label, this.#numbers.size);
    this.#byText.set(String(label), label);
    return this.#numbers.size - 1;
  }

  known(): Label[] {
    return [...this.#numbers.keys()];
  }
}

function readRows(
  name: string,
  rows: readonly { image: Label; label: Label; box: Box }[],
  imageNumbers: Numbering,
  labelNumbers: Numbering,
  pixels: PixelConvention,
) {
  const boxes = new Float64Array(4 * rows.length);
  const images = new Uint32Array(rows.length);
  const labels = new Uint32Array(rows.length);
  for (const [i, { image, label, box }] of rows.entries()) {
    const what = () => `${name} ${i} (image '${image}')`;
    if (!isBox(box, pixels)) throw boxError(box, what(), pixels);
    for (let corner = 0; corner < 4; corner++) boxes[4 * i + corner] = box[corner]!;
    images[i] = imageNumbers.numberOf(image, what);
    labels[i] = labelNumbers.numberOf(label, what);
  }
  return { boxes, images, labels };
}

function readScores(detections: readonly Detection[]): Float64Array {
  return Float64Array.from(detections, ({ image, score }, i) => {
    if (isScore(score)) return score;
    throw new Error(`detection ${i} (image '${image}'): expected a number as its score, got ${quoted(score)}`);
  });
}
