/** Mixing on tensors: the plans of `mix/` applied to a batch that is on its way into or through the network. */
import {
  boxArea,
  checkPlanFits,
  entryOf,
  labelPlan,
  type MixPlan,
  type MixPlans,
  mixLabels,
  planList,
} from '../mix/index.ts';
import type { MixedTargets } from '../nn/index.ts';
import { noGrad, type Tensor, tensor } from '../torch/index.ts';

/**
 * Applies those of the plans that mix the image, in place, to images [N, C, H, W], and returns them. Equal to
 * `applyPlan` on typed arrays; what is erased becomes 0. No gradient flows through it.
 *
 * @throws where a plan was made for another batch size or grid
 */
export function mixImages_(images: Tensor, plans: MixPlans): Tensor {
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
  return hasOneBlend(plan) ? blend(map, plan) : mix_(map.clone(), plan);
}

/** Labels as the loss takes them: plain ones where no plan mixes them. */
export function mixTargets(labels: Int32Array, plans: MixPlans): Tensor | MixedTargets {
  if (labelPlan(plans) === null) return tensor(labels, { dtype: 'int64' });
  const { a, b, lambda } = mixLabels(labels, plans);
  return { a: tensor(a, { dtype: 'int64' }), b: tensor(b, { dtype: 'int64' }), lambda: tensor(lambda) };
}

function checkFits({ shape: [batch = 0, , height = 0, width = 0] }: Tensor, plan: MixPlan): void {
  checkPlanFits(plan, { batch, height, width });
}

function mix_(map: Tensor, plan: MixPlan): Tensor {
  if (hasOneBlend(plan)) return blend_(map, plan);
  return plan.how !== 'blend' && plan.boxes.length === 1 ? mixRegion_(map, plan) : weigh_(map, plan);
}

function hasOneBlend({ how, lambda }: MixPlan): boolean {
  return how === 'blend' && lambda.length === 1;
}

/** One lambda for the whole batch, as a new tensor. LibTorch 1.13's own lerp takes one and a half times as long. */
function blend(map: Tensor, plan: MixPlan): Tensor {
  const lambda = plan.lambda[0]!;
  return map.mul(lambda).add_(partnersOf(map, plan), { alpha: 1 - lambda });
}

/** The same in place. */
function blend_(map: Tensor, plan: MixPlan): Tensor {
  const lambda = plan.lambda[0]!;
  const partners = partnersOf(map, plan);
  return map.mul_(lambda).add_(partners, { alpha: 1 - lambda });
}

/** One box for the whole batch: only its pixels are touched. */
function mixRegion_(map: Tensor, plan: MixPlan): Tensor {
  const { x1, y1, x2, y2 } = plan.boxes[0]!;
  if (x1 === x2 || y1 === y2) return map;
  const region = map.narrow(2, y1, y2 - y1).narrow(3, x1, x2 - x1);
  if (plan.how === 'erase') region.zero_();
  else region.copy_(region.indexSelect(0, partnerIndices(map, plan)));
  return map;
}

/** The one rule behind all methods: each pixel is `weight` of its own and the rest of the partner's, or of nothing. */
function weigh_(map: Tensor, plan: MixPlan): Tensor {
  const weight = plan.how === 'blend' ? sampleWeights(map, plan) : outsideBoxes(map, plan);
  if (plan.how === 'erase') return map.mul_(weight);
  const partners = partnersOf(map, plan);
  return map.mul_(weight).addcmul_(partners, weight.neg().add_(1));
}

/** [N, 1, 1, 1] */
function sampleWeights({ dtype, device }: Tensor, { lambda }: MixPlan): Tensor {
  return tensor(lambda, { dtype: 'float64' }).to({ dtype, device }).view([lambda.length, 1, 1, 1]);
}

/** [N, 1, H, W]: 0 inside each sample's box, 1 outside. */
function outsideBoxes({ dtype, device }: Tensor, { boxes, height, width }: MixPlan): Tensor {
  const rows = new Float32Array(boxes.length * height);
  const columns = new Float32Array(boxes.length * width);
  boxes.forEach(({ x1, y1, x2, y2 }, n) => {
    rows.fill(1, n * height + y1, n * height + y2);
    columns.fill(1, n * width + x1, n * width + x2);
  });
  const inside = tensor(rows, { shape: [boxes.length, 1, height, 1] }).mul(
    tensor(columns, { shape: [boxes.length, 1, 1, width] }),
  );
  return inside.neg_().add_(1).to({ dtype, device });
}

/** Each sample's partner, in the memory format of the map: `indexSelect` by itself would make it contiguous. */
function partnersOf(map: Tensor, plan: MixPlan): Tensor {
  const partners = partnerIndices(map, plan);
  if (map.memoryFormat !== 'channels_last') return map.indexSelect(0, partners);
  return map.permute([0, 2, 3, 1]).indexSelect(0, partners).permute([0, 3, 1, 2]);
}

function partnerIndices({ device }: Tensor, { permutation }: MixPlan): Tensor {
  return tensor(Int32Array.from(permutation), { device });
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
        .narrow(1, box.y1, box.y2 - box.y1)
        .narrow(2, box.x1, box.x2 - box.x1);
    if (plan.how === 'erase') region(images, sample).zero_();
    else if (partner !== sample) region(images, sample).copy_(region(before, partner));
  });
  return images;
}
