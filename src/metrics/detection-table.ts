import type { PixelConvention } from '../geometry/index.ts';
import { checkOption, type OptionSpecs } from '../options/index.ts';
import {
  checkRow,
  type Detection,
  detectionFields,
  type GroundTruth,
  groundTruthFields,
  type Label,
  Numbering,
  scoreKind,
} from './detection.ts';

/** Boxes by columns: row i has `boxes[4 i] .. boxes[4 i + 3]`. Images and classes are numbered from 0 up. */
interface BoxColumns {
  boxes: Float64Array;
  images: Uint32Array;
  byClass: Groups;
}

/**
 * Detections and ground truth by columns: half a million of them are matched several times faster so than as objects, and
 * take a fifth of the memory.
 */
export interface DetectionTable {
  classes: readonly Label[];
  imageCount: number;
  detections: BoxColumns & { scores: Float64Array };
  groundTruths: BoxColumns & {
    /** 1 for difficult ones and crowds, which count neither as found nor as missed. */
    ignored: Uint8Array;
    crowd: Uint8Array;
  };
}

export interface DetectionTableOptions {
  pixels: PixelConvention;
  /** All classes there are; without it those of the ground truth, then those of the detections, as they come. */
  classes?: readonly Label[] | undefined;
}

/** @throws an error that begins with `name` and names the row with a field that is unknown, missing or not valid */
export function detectionTable(
  name: string,
  detections: readonly Detection[],
  groundTruths: readonly GroundTruth[],
  { pixels, classes }: DetectionTableOptions,
): DetectionTable {
  const images = new Numbering('image');
  const labels = new Numbering('class', classes);
  const read = (what: string, rows: readonly (Detection | GroundTruth)[], fields: OptionSpecs) =>
    readRows(`${name}: ${what}`, rows, fields, images, labels, pixels);
  const truthRows = read('ground truth', groundTruths, groundTruthFields);
  const detectionRows = read('detection', detections, detectionFields);
  const count = labels.known().length;
  return {
    classes: labels.known(),
    imageCount: images.known().length,
    detections: {
      ...detectionRows,
      scores: readScores(name, detections),
      byClass: groupBy(detectionRows.labels, count),
    },
    groundTruths: {
      ...truthRows,
      ignored: Uint8Array.from(groundTruths, ({ difficult, crowd }) => (difficult || crowd ? 1 : 0)),
      crowd: Uint8Array.from(groundTruths, ({ crowd }) => (crowd ? 1 : 0)),
      byClass: groupBy(truthRows.labels, count),
    },
  };
}

function readRows(
  name: string,
  rows: readonly (Detection | GroundTruth)[],
  fields: OptionSpecs,
  imageNumbers: Numbering,
  labelNumbers: Numbering,
  pixels: PixelConvention,
) {
  const boxes = new Float64Array(4 * rows.length);
  const images = new Uint32Array(rows.length);
  const labels = new Uint32Array(rows.length);
  for (const [i, row] of rows.entries()) {
    const what = () => `${name} ${i} (image '${row.image}')`;
    checkRow(row, fields, pixels, what);
    for (let corner = 0; corner < 4; corner++) boxes[4 * i + corner] = row.box[corner]!;
    images[i] = imageNumbers.numberOf(row.image, what);
    labels[i] = labelNumbers.numberOf(row.label, what);
  }
  return { boxes, images, labels };
}

function readScores(name: string, detections: readonly Detection[]): Float64Array {
  return Float64Array.from(detections, ({ image, score }, i) => {
    if (!scoreKind.accepts(score)) checkOption(`${name}: detection ${i} (image '${image}')`, 'score', scoreKind, score);
    return score;
  });
}

/** Places 0 .. n-1 by their group: those of group g are `members[start[g]] .. members[start[g + 1] - 1]`. */
export interface Groups {
  start: Uint32Array;
  members: Uint32Array;
}

/** The places 0 .. n-1 of `keys`: those where it is 0, then those where it is 1, and so on (counting sort, stable). */
export function groupBy(keys: ArrayLike<number>, groups: number): Groups {
  const start = new Uint32Array(groups + 1);
  for (let i = 0; i < keys.length; i++) start[keys[i]! + 1]!++;
  for (let group = 0; group < groups; group++) start[group + 1]! += start[group]!;
  const next = start.slice();
  const members = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) members[next[keys[i]!]!++] = i;
  return { start, members };
}

/** The members of one group. */
export function groupOf({ start, members }: Groups, group: number): Uint32Array {
  return members.subarray(start[group], start[group + 1]);
}
