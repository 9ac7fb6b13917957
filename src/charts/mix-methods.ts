/** Mixing methods side by side on the same pictures. */

import { type BatchShape, entryOf, type Mixer, type MixPlan, sampleMix } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import { type LabeledPictures, mixedCells } from './mixed-pictures.ts';
import { type Cell, drawPictureGrid, type Line } from './picture-grid.ts';

/** A method as it was asked for, and what it drew for these pictures. */
export interface DrawnMethod {
  /** As for `parseMix`. */
  text: string;
  plan: MixPlan;
  /** Whether the method may also act on hidden maps, which no picture shows. */
  alsoHidden: boolean;
}

/** Draws until a method shows something: its box may be empty, or the batch left alone. */
const tries = 100;
/** More than any network has. Their size is no matter: only plans of stage 0 are kept. */
const mostStages = 16;
/** Pictures smaller than this are scaled up by a whole factor, so that words fit below them. */
const leastSide = 128;

/**
 * A plan of the method that can be shown on pictures: of the image, and changing some. It is drawn as at the end of a
 * training, when what is scheduled is at its fullest, and by the same draws whatever the method, so that variants of one
 * method have the same box or lambda. Each picture's partner is the next one, the last one's the first.
 *
 * @throws where the method mixes pictures and there is only one, only acts on hidden maps, or showed nothing in many tries
 */
export function drawMethod(text: string, mixer: Mixer, shape: BatchShape, seed: number): DrawnMethod {
  const { batch, height, width } = shape;
  if (mixer.mixesLabels && batch === 1) {
    throw new Error(`mix: expected at least two pictures for ${mixer.method}, got one; it mixes each with another`);
  }
  const stages = Array.from({ length: mostStages }, () => ({ height, width }));
  const alsoHidden = mixer.stages.some((stage) => stage > 0);
  let hidden: MixPlan | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    const [plan] = sampleMix([mixer], { ...shape, stages }, stream(seed, 'mix', attempt), 1);
    if (plan?.stage === 0) return { text, plan: withNextAsPartner(plan), alsoHidden };
    hidden ??= plan;
  }
  throw new Error(
    hidden
      ? `mix: expected ${text} to act on the image, stage 0, got hidden maps of a network alone, which are no pictures; ` +
          'add 0 to its stages'
      : `mix: expected ${text} to change a picture, got none changed in ${tries} tries; ` +
          'raise its probability, or take larger pictures or another seed',
  );
}

function withNextAsPartner(plan: MixPlan): MixPlan {
  if (plan.how === 'erase') return plan;
  return { ...plan, permutation: plan.permutation.map((_, n) => (n + 1) % plan.permutation.length) };
}

/**
 * PNG bytes: a row for each picture with its partner and what each method makes of the two, boxes outlined, with lambda
 * and the share of each label below.
 */
export async function drawMethods(all: LabeledPictures, methods: readonly DrawnMethod[]): Promise<Uint8Array> {
  const { pictures, labels, classes } = all;
  const withPartners = methods.some(({ plan }) => plan.how !== 'erase');
  const cell = (n: number, color: 'ink' | 'accent'): Cell => ({
    pixels: pictures[n]!,
    caption: [{ text: classes[labels[n]!]!, color }],
  });
  const columns = methods.map((method) => methodColumn(all, method));
  const rows = pictures.map((_, n) => {
    const partner = cell((n + 1) % pictures.length, 'accent');
    return [cell(n, 'ink'), ...(withPartners ? [partner] : []), ...columns.map((column) => column[n]!)];
  });
  const headings: Line[][] = [
    [{ text: 'picture' }],
    ...(withPartners ? [[{ text: 'partner', color: 'accent' as const }]] : []),
    ...methods.map(headingOf),
  ];
  const larger = Math.max(...pictures.flatMap(({ height, width }) => [height, width]));
  return drawPictureGrid(rows, { side: larger * Math.ceil(leastSide / larger), headings });
}

function methodColumn(all: LabeledPictures, { plan }: DrawnMethod): Cell[] {
  return mixedCells(all, [plan]).map((cell, n) => {
    const lambda: Line = { text: `λ ${entryOf(plan.lambda, n).toFixed(2)}`, color: 'faint' };
    return { ...cell, caption: [...(cell.caption ?? []), lambda] };
  });
}

/** The method, and a line for each of its options. */
function headingOf({ text, plan: { method }, alsoHidden }: DrawnMethod): Line[] {
  const options = text.startsWith(`${method}:`) ? text.slice(method.length + 1).split(',') : [text];
  const notes = [...options.filter((option) => option !== method), ...(alsoHidden ? ['at stage 0, the image'] : [])];
  return [{ text: method }, ...notes.map((note): Line => ({ text: note, color: 'faint' }))];
}
