/** Mixing on tensors: the plans of `mix/` applied to a batch that is on its way into or through the network. */
import { boxArea } from '../../geometry/index.ts';
import { checkPlanFits, entryOf, labelPlan, type MixPlan, type MixPlans, planList } from '../../mix/index.ts';
import type { MixedTargets } from '../../nn/index.ts';
import { noGrad, ShapeError, type Tensor, tensor } from '../../torch/index.ts';

/**
 * Images [N, C, H, W] mixed by those of the plans that mix the image. Equal to `applyPlan` on typed arrays; what is
 * erased becomes 0. No gradient flows through it. Go on with what is returned: boxes are written into the images that
 * were given, but a blend is a new tensor, which touches less memory.
 *
 * @throws where a plan was made for another batch size or grid
 */
export function mixImages(images: Tensor, plans: MixPlans): Tensor {
  return noGrad(() =>
    planList(plans)
      .filter(({ stage }) => stage === 0)
      .reduce((mixed, plan) => {
        checkFits(mixed, plan);
        return hasManyLargeBoxes(plan) ? mixRegions_(mixed, plan) : mix_(mixed, plan);
      }, images),
  );
}

/**
 * A hidden map [N, C, H, W] mixed by a plan of its stage, as a new tensor that gradients flow through, also to the
 * partners.
 *
 * @throws where the plan was made for another batch size or grid
 */
export function mixMap(map: Tensor, plan: MixPlan): Tensor {
  checkFits(map, plan);
  return mix_(plan.how === 'blend' ? map : map.clone(), plan);
}

/**
 * Targets as the loss takes them, mixed as `mixLabels` and `mixSoftLabels` do on typed arrays. Where no plan mixes labels
 * they are what was given.
 *
 * @param labels class indices (int64 [N]), which become `MixedTargets`; or distributions over the classes (floating
 *   [N, classes]): one-hot, smoothed, or of a teacher, which become others of the same type
 * @throws where there are not as many as the plan has samples, or they are neither; where the plan is damaged
 */
export function mixTargets(labels: Tensor, plans: MixPlans): Tensor | MixedTargets {
  const plan = labelPlan(plans);
  checkTargets(labels, plan);
  if (plan === null) return labels;
  if (labels.shape.length === 2) return mixWithPartners(labels, plan, plan.labelWeight);
  const lambda = Float32Array.from(plan.permutation, (_, n) => entryOf(plan.labelWeight, n));
  return { a: labels, b: partnersOf(labels, plan), lambda: tensor(lambda, { device: labels.device }) };
}

function checkTargets({ shape, dtype }: Tensor, plan: MixPlan | null): void {
  const isLabels = dtype === 'int64' && shape.length === 1;
  const isSoft = dtype.includes('float') && shape.length === 2;
  if (!isLabels && !isSoft) {
    const got = `${dtype} [${shape.join(', ')}]`;
    throw new ShapeError(`targets: expected class indices int64 [N] or floating [N, classes], got ${got}`);
  }
  if (plan !== null && shape[0] !== plan.permutation.length) {
    const expected = `${plan.permutation.length}, as many as the mix plan has samples`;
    throw new ShapeError(`targets: expected ${expected}, got ${shape[0]}`);
  }
  // The grid is that of the images or of a hidden map, which the targets do not know.
  if (plan !== null) checkPlanFits(plan, { ...plan, batch: plan.permutation.length });
}

function checkFits({ shape: [batch = 0, , height = 0, width = 0] }: Tensor, plan: MixPlan): void {
  checkPlanFits(plan, { batch, height, width });
}

function mix_(map: Tensor, plan: MixPlan): Tensor {
  if (plan.how === 'blend') return inMemoryOrder(map, (own) => mixWithPartners(own, plan, plan.lambda));
  return plan.boxes.length === 1 ? mixRegion_(map, plan) : mixBoxes_(map, plan);
}

/**
 * Of each sample its share and of its partner the rest, as a new tensor: the partners' copy becomes it, so that nothing
 * else is made. LibTorch 1.13's own lerp takes longer than both steps together.
 *
 * @param shares one for the whole batch, or one for each sample
 */
function mixWithPartners(own: Tensor, plan: MixPlan, shares: readonly number[]): Tensor {
  const partners = partnersOf(own, plan);
  const share = entryOf(shares, 0);
  if (shares.length === 1) return partners.mul_(1 - share).add_(own, { alpha: share });
  const { shape, dtype, device } = own;
  const weights = tensor(Float64Array.from(shares), { dtype, device }).view(shape.map((_, i) => (i === 0 ? -1 : 1)));
  return partners.mul_(weights.neg().add_(1)).addcmul_(own, weights);
}

/** One box for the whole batch: only its pixels are touched. */
function mixRegion_(map: Tensor, plan: MixPlan): Tensor {
  const [x1, y1, x2, y2] = entryOf(plan.boxes, 0);
  if (x1 === x2 || y1 === y2) return map;
  const region = map.narrow(2, y1, y2 - y1).narrow(3, x1, x2 - x1);
  if (plan.how === 'erase') region.zero_();
  else region.copy_(partnersOf(region, plan));
  return map;
}

/** A box for each sample: each pixel is its own outside of it, inside the partner's, or nothing. */
function mixBoxes_(map: Tensor, plan: MixPlan): Tensor {
  const outside = outsideBoxes(map, plan);
  if (plan.how === 'erase') return map.mul_(outside);
  const partners = inMemoryOrder(map, (own) => partnersOf(own, plan));
  return map.mul_(outside).addcmul_(partners, outside.neg().add_(1));
}

/** [N, 1, H, W]: 0 inside each sample's box, 1 outside. */
function outsideBoxes({ dtype, device }: Tensor, { boxes, height, width }: MixPlan): Tensor {
  const rows = new Float32Array(boxes.length * height);
  const columns = new Float32Array(boxes.length * width);
  boxes.forEach(([x1, y1, x2, y2], n) => {
    rows.fill(1, n * height + y1, n * height + y2);
    columns.fill(1, n * width + x1, n * width + x2);
  });
  const inside = tensor(rows, { shape: [boxes.length, 1, height, 1] }).mul(
    tensor(columns, { shape: [boxes.length, 1, 1, width] }),
  );
  return inside.neg_().add_(1).to({ dtype, device });
}

/**
 * What `work` makes of a map whose dimensions stand in the order of its memory. `indexSelect` makes others contiguous,
 * slowly; and the gradient of writing into a permuted view of what it returns would take five times as long.
 */
function inMemoryOrder(map: Tensor, work: (map: Tensor) => Tensor): Tensor {
  if (map.memoryFormat !== 'channels_last') return work(map);
  return work(map.permute([0, 2, 3, 1])).permute([0, 3, 1, 2]);
}

/** Each sample's partner, as a new tensor. */
function partnersOf(own: Tensor, { permutation }: MixPlan): Tensor {
  return own.indexSelect(0, tensor(Int32Array.from(permutation), { device: own.device }));
}

/**
 * Above this many pixels an image, a few calls for each sample that touch only its box are faster than a few calls for
 * the batch that touch everything: at 224 x 224 twice as fast, at 32 x 32 three times as slow.
 */
const LARGE = 64 * 64;

function hasManyLargeBoxes({ how, boxes, height, width }: MixPlan): boolean {
  return how !== 'blend' && boxes.length > 1 && height * width > LARGE;
}

/** A box for each sample. What is pasted comes from the images as they were. */
function mixRegions_(images: Tensor, plan: MixPlan): Tensor {
  const before = plan.how === 'paste' ? images.clone() : images;
  plan.permutation.forEach((partner, sample) => {
    const box = entryOf(plan.boxes, sample);
    if (boxArea(box) === 0) return;
    const region = (source: Tensor, index: number) =>
      source
        .select(0, index)
        .narrow(1, box[1], box[3] - box[1])
        .narrow(2, box[0], box[2] - box[0]);
    if (plan.how === 'erase') region(images, sample).zero_();
    else if (partner !== sample) region(images, sample).copy_(region(before, partner));
  });
  return images;
}
