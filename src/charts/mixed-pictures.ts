/** Pictures of how a batch was mixed, so that a person sees what the network sees. */
import { boxArea } from '../geometry/index.ts';
import { applyPlan, entryOf, type MixPlan, type MixPlans, mixLabels, planList } from '../mix/index.ts';
import { type Cell, drawPictureGrid, type Line, type Outline, type Pixels } from './picture-grid.ts';

/** Pictures of one size, and what they show. */
export interface LabeledPictures {
  /** At least one. */
  pictures: readonly Pixels[];
  /** One for each picture. */
  labels: readonly number[];
  /** Names, by label. */
  classes: readonly string[];
  /** The mean of each channel in 0..1, which erased pixels get: normalizing makes it zero. */
  mean: readonly number[];
}

const shown = 8;
const side = 128;

/**
 * PNG bytes: for up to eight pictures the own one, its partner where it has one, and the mixture with its boxes outlined
 * and the share of each label below. Where a hidden map is mixed, the last row says after which stage, and shows the
 * picture as the network takes it with the map's box dashed.
 *
 * @param plans of these pictures, in the order in which they are applied
 */
export function drawMixedBatch(batch: LabeledPictures, plans: MixPlans): Promise<Uint8Array> {
  const list = planList(plans);
  const withPartners = list.find(({ how }) => how !== 'erase');
  const own = batch.pictures.slice(0, shown).map((pixels) => ({ pixels }));
  const partners = own.map((_, n) => ({ pixels: batch.pictures[withPartners?.permutation[n] ?? n]! }));
  const rows = [
    named('own', own),
    ...(withPartners ? [named('partner', partners)] : []),
    named(nameOfMixture(list), mixedCells(batch, list).slice(0, shown)),
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

/**
 * Pictures after mixing, with every box outlined and the share of each label below. Plans of hidden maps leave the pictures
 * as they are; their boxes are dashed.
 */
export function mixedCells({ pictures, labels, classes, mean }: LabeledPictures, plans: readonly MixPlan[]): Cell[] {
  const [first] = pictures;
  if (first === undefined) return [];
  const { height, width } = first;
  const size = mean.length * height * width;
  const planes = new Uint8Array(pictures.length * size);
  for (const [n, picture] of pictures.entries()) planes.set(picture.data, n * size);
  const { data } = applyPlan(
    { data: planes, shape: [pictures.length, mean.length, height, width], layout: 'NCHW' },
    plans.filter(({ stage }) => stage === 0),
    { fill: mean.map((value) => Math.round(255 * value)) },
  );
  const { a, b, lambda } = mixLabels(labels, plans);
  return pictures.map((_, n) => ({
    pixels: { data: data.subarray(n * size, (n + 1) * size), height, width },
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
