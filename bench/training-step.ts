import { crossEntropy } from '../src/nn/index.ts';
import { SGD } from '../src/optim/index.ts';
import { inPrecision, type Precision } from '../src/tasks/index.ts';
import { Generator, randn, scope, type Tensor, tensor } from '../src/torch/index.ts';
import { benchNetwork } from './networks.ts';

export interface TrainingStep {
  /** One random batch. */
  images: Tensor;
  /** One step of training on a batch of that shape, whole: it returns when the loss is known. */
  step(images: Tensor): number;
}

export interface TrainingStepOptions {
  channelsLast: boolean;
  precision: Precision;
}

/** Batch, network and optimizer of one network, as pytorch.py has them. */
export function trainingStep(name: string, { channelsLast, precision }: TrainingStepOptions): TrainingStep {
  const { model, shape, classes } = benchNetwork(name);
  model.train();
  const memoryFormat = channelsLast ? 'channels_last' : 'contiguous_format';
  model.to({ memoryFormat });
  const images = randn(shape, new Generator(1)).contiguous({ memoryFormat });
  const labels = tensor(BigInt64Array.from({ length: shape[0] }, (_, n) => BigInt(n % classes)));
  const optimizer = new SGD(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const step = (batch: Tensor) =>
    scope(() => {
      const loss = inPrecision({ device: 'cpu', precision }, () => crossEntropy(model.forward(batch), labels));
      loss.backward();
      optimizer.step(0.01);
      return loss.item();
    });
  return { images, step };
}
