import { type Box, boxArea, type Size } from '../geometry/index.ts';
import { number, quoted } from '../options/index.ts';
import type { RandomStream } from '../random/index.ts';

/** The batch that a plan is drawn for; height and width are the images'. */
export interface BatchShape extends Size {
  batch: number;
  /** The grids of the network's hidden maps, stages[k] of the map after stage k; stages[0] stands for the images. */
  stages?: readonly Size[];
}

/**
 * What happens inside a sample's box: `paste` takes the partner's pixels (CutMix), `blend` takes lambda of the own and
 * the rest of the partner's, in a box that is the whole grid (MixUp), `erase` takes neither (Cutout).
 */
export type How = 'paste' | 'blend' | 'erase';

const HOWS: readonly How[] = ['paste', 'blend', 'erase'];

/**
 * Everything random about mixing one batch, as plain JSON: tests fix it, logs keep it, pictures show it. Applying it is
 * deterministic. `boxes`, `lambda` and `labelWeight` have one entry for the whole batch, or one for each sample.
 */
export interface MixPlan {
  /** The method that drew it, for logs and pictures. */
  method: string;
  how: How;
  /** 0: the image is mixed; k: the hidden map after stage k. */
  stage: number;
  /** The grid of the boxes: the image's, or the hidden map's. */
  height: number;
  width: number;
  /** Sample n is mixed with sample permutation[n], which may be itself; erasing needs no partners, so all are. */
  permutation: number[];
  /** In whole pixels of the grid; the box [x1, y1, x2, y2] covers columns x1 .. x2-1 and rows y1 .. y2-1. May be empty. */
  boxes: Box[];
  /** The share of a sample's own that remains: of its pixels, counted after clipping, or of each pixel (blend). */
  lambda: number[];
  /** The weight of a sample's own label; the partner's has the rest. */
  labelWeight: number[];
}

/** The plans of one batch, in the order in which they are applied; null or an empty list where nothing is mixed. */
export type MixPlans = MixPlan | readonly MixPlan[] | null;

/** Plans as a list, none where nothing is mixed. @throws where they are no plans */
export function planList(plans: MixPlans): readonly MixPlan[] {
  if (plans === null) return [];
  const list = Array.isArray(plans) ? plans : [plans];
  for (const plan of list) {
    if (typeof plan !== 'object' || plan === null) throw new Error(`mix plan: expected a plan, got ${quoted(plan)}`);
  }
  return list;
}

const share = number({ min: 0, max: 1 });

/** A mixing method with its options. */
export interface Mixer {
  readonly method: string;
  /** The method with every option spelled out; `parseMix` reads it back. */
  readonly text: string;
  /** Whether labels are mixed too; at most one of the methods applied to a batch may. */
  readonly mixesLabels: boolean;
  /** Where it may act: 0 is the image, k the hidden map after stage k. */
  readonly stages: readonly number[];
  /**
   * Draws the plan of one batch, or null where the method is not applied to it.
   *
   * @param progress how much of the training is done, 0 .. 1 (default 0), for methods that change along the way
   * @throws where the batch lacks one of `stages`, drawn for it or not
   */
  sample(shape: BatchShape, random: RandomStream, progress?: number): MixPlan | null;
}

/** The share of a grid that a box leaves. */
export function remainingShare(box: Box, { height, width }: Size): number {
  return 1 - boxArea(box) / (height * width);
}

/**
 * The one check of plans, which may come from a file: before images, maps or labels are mixed.
 *
 * @throws where the plan was not made for such a batch, or is damaged
 */
export function checkPlanFits(plan: MixPlan, { batch, height, width }: BatchShape): void {
  const fail = (expected: string, got: unknown): never => {
    throw new Error(`mix plan: expected ${expected}, got ${quoted(got)}; sample the plan from this batch's shape`);
  };
  if (typeof plan !== 'object' || plan === null) fail('a plan', plan);
  if (!HOWS.includes(plan.how)) fail(`how to be one of ${HOWS.join(', ')}`, plan.how);
  if (!isWholeBetween(plan.stage, 0, Number.MAX_SAFE_INTEGER)) fail('a stage from 0 on', plan.stage);
  // Labels have no grid of their own to hold the plan's against.
  for (const side of ['height', 'width'] as const) {
    if (!isWholeBetween(plan[side], 1, Number.MAX_SAFE_INTEGER)) fail(`a whole ${side} from 1 on`, plan[side]);
  }
  if (plan.height !== height || plan.width !== width) {
    throw new Error(
      `mix plan: expected a grid of ${height}x${width} as in the batch, got ${plan.height}x${plan.width}; ` +
        "sample the plan from this batch's shape",
    );
  }
  for (const field of ['permutation', 'boxes', 'lambda', 'labelWeight'] as const) {
    if (!Array.isArray(plan[field])) fail(`a list as ${field}`, plan[field]);
  }
  if (plan.permutation.length !== batch) fail(`a permutation of ${batch} samples`, plan.permutation.length);
  for (const partner of plan.permutation) {
    if (!isWholeBetween(partner, 0, batch - 1)) fail(`partners in 0..${batch - 1}`, partner);
  }
  for (const field of ['boxes', 'lambda', 'labelWeight'] as const) {
    const { length } = plan[field];
    if (length !== 1 && length !== batch) fail(`1 or ${batch} entries in ${field}`, length);
  }
  for (const field of ['lambda', 'labelWeight'] as const) {
    for (const value of plan[field]) if (!share.accepts(value)) fail(`${field} in 0..1`, value);
  }
  for (const box of plan.boxes) {
    if (!Array.isArray(box) || box.length !== 4) fail('boxes of [x1, y1, x2, y2]', box);
    const [x1, y1, x2, y2] = box;
    const columns = isWholeBetween(x1, 0, x2) && isWholeBetween(x2, 0, width);
    const rows = isWholeBetween(y1, 0, y2) && isWholeBetween(y2, 0, height);
    if (!columns || !rows) fail(`boxes of whole pixels inside ${height}x${width}`, box);
    if (plan.how === 'blend' && boxArea(box) < height * width) {
      fail(`the whole ${height}x${width} as the box of a blend`, box);
    }
  }
}

/** As `checkPlanFits`, for images. @throws also where the plan mixes a hidden map */
export function checkImagePlanFits(plan: MixPlan, images: BatchShape): void {
  if (plan.stage !== 0) {
    throw new Error(`mix plan: expected stage 0, the image, got stage ${plan.stage}; only a network can apply it`);
  }
  checkPlanFits(plan, images);
}

/** The entry of sample `n` in a list that has one entry per batch or one per sample. */
export function entryOf<T>(entries: readonly T[], n: number): T {
  return entries.length === 1 ? entries[0]! : entries[n]!;
}

function isWholeBetween(value: number, low: number, high: number): boolean {
  return Number.isSafeInteger(value) && value >= low && value <= high;
}
