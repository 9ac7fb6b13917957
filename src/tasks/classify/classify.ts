import type { ImageModel, OnStage } from '../../models/index.ts';
import { type ClassificationTargets, crossEntropy, type MixedTargets } from '../../nn/index.ts';
import { noGrad, type Tensor } from '../../torch/index.ts';
import type { Task, TaskResult } from '../task.ts';

export interface ClassifyBatch {
  /** [N, C, H, W], normalized, mixed where a method mixes. */
  images: Tensor;
  targets: ClassificationTargets;
  /** What happens to the hidden map after each stage, for methods that mix there. */
  onStage?: OnStage;
}

export interface ClassifyOptions {
  /** Share of the target spread over all classes, in training only. Default 0. */
  labelSmoothing?: number;
}

function isMixed(targets: ClassificationTargets): targets is MixedTargets {
  return 'lambda' in targets;
}

/** For each sample, how much of its target is among the `k` highest logits: 0 or 1 for a label, a share for soft labels. */
function hits(logits: Tensor, target: Tensor, k: number): Tensor {
  const top = logits.topk(Math.min(k, logits.shape[1]!), { dim: 1 })[1]!;
  if (target.dtype !== 'int64') return target.gather(1, top).sum(1);
  return top.eq(target.unsqueeze(1)).any(1).to({ dtype: 'float32' });
}

/**
 * Image classification by cross-entropy. Scores: `loss`, `top1` and `top5` (hits; under mixing weighted by lambda, since
 * a mixed picture has two right answers, and likewise by soft labels).
 */
export function classify(model: ImageModel, { labelSmoothing = 0 }: ClassifyOptions = {}): Task<ClassifyBatch> {
  return {
    model,
    run({ images, targets, onStage }: ClassifyBatch): TaskResult {
      const output = model.forward(images, onStage);
      const smoothing = model.training ? labelSmoothing : 0;
      return { loss: crossEntropy(output, targets, { labelSmoothing: smoothing }), output };
    },
    score({ targets }: ClassifyBatch, { loss, output }: TaskResult): Record<string, number> {
      const samples = output.shape[0]!;
      const weighted = (k: number): number => {
        if (!isMixed(targets))
          return hits(output, targets as Tensor, k)
            .sum()
            .item();
        const own = hits(output, targets.a, k);
        const partner = hits(output, targets.b, k);
        return partner.add(own.sub(partner).mul(targets.lambda)).sum().item();
      };
      return noGrad(() => ({ loss: loss.item() * samples, top1: weighted(1), top5: weighted(5) }));
    },
  };
}
