import { cifarResNet, createModel, type ImageModel, imageNetResNet, ResNet } from '../src/models/index.ts';
import { crossEntropy } from '../src/nn/index.ts';
import { SGD } from '../src/optim/index.ts';
import { Generator, randn, scope, type Tensor, tensor } from '../src/torch/index.ts';
import { inPrecision, type Precision } from '../src/train/precision.ts';

interface Network {
  model: ImageModel;
  /** Of the batch of images: [N, C, H, W]. */
  shape: readonly [number, number, number, number];
  classes: number;
}

/** The networks of pytorch.py, by the same names. */
const networks: Record<string, () => Network> = {
  resnet20: () => ({ model: cifarResNet(20, { classes: 100 }), shape: [64, 3, 32, 32], classes: 100 }),
  wide: () => ({ model: wideResNet(), shape: [64, 3, 32, 32], classes: 100 }),
  pyramidnet110: () => ({
    model: createModel('pyramidnet110-a64', { classes: 100 })!,
    shape: [64, 3, 32, 32],
    classes: 100,
  }),
  resnet50: () => ({ model: imageNetResNet(50, { classes: 1000 }), shape: [16, 3, 224, 224], classes: 1000 }),
};

function wideResNet(): ResNet {
  const blocks = [3, 3, 3];
  return new ResNet({ block: 'basic', blocks, planes: [64, 128, 256], stem: 'cifar', classes: 100 });
}

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

/** Batch, network and optimiser of one network, as pytorch.py has them. */
export function trainingStep(name: string, { channelsLast, precision }: TrainingStepOptions): TrainingStep {
  const make = networks[name];
  if (!make) throw new Error(`network: expected ${Object.keys(networks).join(', ')}, got ${name}`);
  const { model, shape, classes } = make();
  model.train();
  const memoryFormat = channelsLast ? 'channels_last' : 'contiguous_format';
  model.to({ memoryFormat });
  const images = randn(shape, new Generator(1)).contiguous({ memoryFormat });
  const labels = tensor(BigInt64Array.from({ length: shape[0] }, (_, n) => BigInt(n % classes)));
  const optimizer = new SGD(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  const step = (batch: Tensor) =>
    scope(() => {
      const loss = inPrecision(precision, () => crossEntropy(model.forward(batch), labels));
      loss.backward();
      optimizer.step(0.01);
      return loss.item();
    });
  return { images, step };
}
