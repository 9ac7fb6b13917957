import { foldBatchNorm } from '../src/nn/index.ts';
import { inPrecision } from '../src/tasks/index.ts';
import { Generator, inferenceMode, randn, scope } from '../src/torch/index.ts';
import { benchNetwork } from './networks.ts';
import type { TrainingStepOptions } from './training-step.ts';

/** Predicts the classes of one random batch of a network, as a network in use does; `images` is the size of the batch. */
export function inference(
  name: string,
  { channelsLast, precision }: TrainingStepOptions,
): { images: number; predict: () => void } {
  const { model, shape } = benchNetwork(name);
  model.eval();
  const memoryFormat = channelsLast ? 'channels_last' : 'contiguous_format';
  model.to({ memoryFormat });
  const batch = randn(shape, new Generator(1)).contiguous({ memoryFormat });
  foldBatchNorm(model, batch);
  const predict = () =>
    scope(() => {
      inferenceMode(() =>
        inPrecision({ device: 'cpu', precision }, () => model.forward(batch))
          .argmax({ dim: 1 })
          .data(),
      );
    });
  return { images: shape[0], predict };
}
