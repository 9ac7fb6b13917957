/** Pictures of how a batch was mixed, so that a person sees what the network sees. */

import { type Cell, drawPictureGrid, type Line, type Outline, type Pixels } from '../../charts/picture-grid.ts';
import type { Batch, ImageSet } from '../../data/index.ts';
import { boxArea } from '../../geometry/index.ts';
import { applyPlan, entryOf, type MixPlan, type MixPlans, mixLabels, planList } from '../../mix/index.ts';

/** What is needed of a batch to draw it. */
export type PictureBatch = Pick<Batch, 'images' | 'labels' | 'shape'>;

/** What is needed of the data that it is from. */
export interface PictureSet extends Pick<ImageSet, 'normalization'> {
  classes: readonly string[];
}

const shown = 8;
const side = 128;

/**
 * PNG bytes: for up to eight samples of the batch the own picture, its partner where it has one, and the mixture with
 * its boxes outlined and the share of each label below. Where a hidden map is mixed, the last row says after which stage,
 * and shows the picture as the network takes it with the map's box dashed.
 *
 * @param plans of one batch, in the order in which they are applied
 */
export async function drawMixedBatch(batch: Batch, plans: MixPlans, set: PictureSet): Promise<Buffer> {
  const list = planList(plans);
  const count = Math.min(shown, batch.shape[0]);
  const withPartners = list.find(({ how }) => how !== 'erase');
  const own = Array.from({ length: count }, (_, n) => ({ pixels: pixelsOf(batch, n) }));
  const partners = own.map((_, n) => ({ pixels: pixelsOf(batch, withPartners?.permutation[n] ?? n) }));
  const mixed = mixedCells(batch, list, set).slice(0, count);
  const rows = [
    named('own', own),
    ...(withPartners ? [named('partner', partners)] : []),
    named(nameOfMixture(list), mixed),
  ];
  return drawPictureGrid(rows, { side });
}

/** The name of a row stands on its first picture. */
function named(name: string, cells: readonly Cell[]): Cell[] {
  return cells.map((cell, n) => (n === 0 ? { ...cell, name } : cell));
}

function nameOfMixture(plans: readonly MixPlan[]): string {
  const hidden = plans.find(({ stage }) => stage > 0);
  if (hidden) return `mixed after stage ${hidden.stage}`;
  return plans.every(({ how }) => how === 'erase') ? 'erased' : 'mixed';
}

/** Picture `n` of a batch. */
export function pixelsOf({ images, shape: [, channels, height, width] }: PictureBatch, n: number): Pixels {
  const size = channels * height * width;
  return { data: images.subarray(n * size, (n + 1) * size), height, width };
}

/**
 * The samples of a batch after mixing, with every box outlined and the share of each label below. Erased pixels have the
 * data's mean color, which normalizing makes zero. Plans of hidden maps leave the pictures as they are.
 */
export function mixedCells(
  batch: PictureBatch,
  plans: readonly MixPlan[],
  { classes, normalization }: PictureSet,
): Cell[] {
  const [batchSize, channels, height, width] = batch.shape;
  const { data } = applyPlan(
    { data: batch.images, shape: [batchSize, channels, height, width], layout: 'NCHW' },
    plans.filter(({ stage }) => stage === 0),
    { fill: normalization.mean.map((value) => Math.round(255 * value)) },
  );
  const { a, b, lambda } = mixLabels(batch.labels, plans);
  return Array.from({ length: batchSize }, (_, n) => ({
    pixels: pixelsOf({ ...batch, images: data }, n),
    outlines: plans.flatMap((plan) => outlinesOf(plan, n)),
    caption: shares(classes[a[n]!]!, classes[b[n]!]!, lambda[n]!),
  }));
}

/** None of a blend, whose box is the whole picture, nor of a sample that was left as it was. */
function outlinesOf({ how, stage, boxes, height, width }: MixPlan, n: number): Outline[] {
  const box = entryOf(boxes, n);
  if (how === 'blend' || boxArea(box) === 0) return [];
  return [{ box, grid: { height, width }, dashed: stage > 0 }];
}

/** The labels that the loss gets; the own alone where it is the only one. */
function shares(own: string, partner: string, weight: number): Line[] {
  const percent = (share: number) => ` ${Math.round(share * 100)} %`;
  const line: Line = { text: own, ending: percent(weight) };
  return weight === 1 ? [line] : [line, { text: partner, ending: percent(1 - weight), color: 'accent' }];
}
