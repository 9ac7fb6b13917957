/** Mixing on tensors: the plans of `mix/` applied to a batch that is on its way into the network. */
import { checkPlanFits, entryOf, type MixPlan, mixLabels } from '../mix/index.ts';
import type { MixedTargets } from '../nn/index.ts';
import { noGrad, type Tensor, tensor } from '../torch/index.ts';

/**
 * Applies a plan to images (or hidden maps) [N, C, H, W], in place, and returns them. Equal to `applyPlan` on typed
 * arrays. @throws where the plan was made for another batch size or grid
 */
export function mixImages_(images: Tensor, plan: MixPlan): Tensor {
  const [batch = 0, , height = 0, width = 0] = images.shape;
  checkPlanFits(plan, { batch, height, width });
  return noGrad(() => (plan.boxes.length === 1 ? pasteOneBox(images, plan) : pasteBoxes(images, plan)));
}

/** One box for the whole batch: three views and one copy. */
function pasteOneBox(images: Tensor, plan: MixPlan): Tensor {
  const { x1, y1, x2, y2 } = plan.boxes[0]!;
  if (x1 === x2 || y1 === y2) return images;
  const region = images.narrow(2, y1, y2 - y1).narrow(3, x1, x2 - x1);
  const partners = tensor(Int32Array.from(plan.permutation));
  region.copy_(region.indexSelect(0, partners));
  return images;
}

/** A box a sample. What is pasted comes from the images as they were. */
function pasteBoxes(images: Tensor, plan: MixPlan): Tensor {
  const before = images.clone();
  plan.permutation.forEach((partner, sample) => {
    const { x1, y1, x2, y2 } = entryOf(plan.boxes, sample);
    if (x1 === x2 || y1 === y2) return;
    const region = (source: Tensor, index: number) =>
      source
        .select(0, index)
        .narrow(1, y1, y2 - y1)
        .narrow(2, x1, x2 - x1);
    region(images, sample).copy_(region(before, partner));
  });
  return images;
}

/** Labels as the loss takes them; without a plan every lambda is 1 and plain labels do. */
export function mixTargets(labels: Int32Array, plan: MixPlan | null): Tensor | MixedTargets {
  if (plan === null) return tensor(labels, { dtype: 'int64' });
  const { a, b, lambda } = mixLabels(labels, plan);
  return { a: tensor(a, { dtype: 'int64' }), b: tensor(b, { dtype: 'int64' }), lambda: tensor(lambda) };
}
