import { cifarResNet, createModel, type ImageModel, imageNetResNet, ResNet } from '../src/models/index.ts';

export interface BenchNetwork {
  model: ImageModel;
  /** Of the batch of images: [N, C, H, W]. */
  shape: readonly [number, number, number, number];
  classes: number;
}

/** The networks of pytorch.py, by the same names, and one that predicts. */
const networks: Record<string, () => BenchNetwork> = {
  resnet20: () => ({ model: cifarResNet(20, { classes: 100 }), shape: [64, 3, 32, 32], classes: 100 }),
  wide: () => ({ model: wideResNet(), shape: [64, 3, 32, 32], classes: 100 }),
  pyramidnet110: () => ({
    model: createModel('pyramidnet110-a64', { classes: 100 }),
    shape: [64, 3, 32, 32],
    classes: 100,
  }),
  'mobilenetv3-small': () => ({
    model: createModel('mobilenetv3-small', { classes: 1000 }),
    shape: [100, 3, 224, 224],
    classes: 1000,
  }),
  'mobilenetv3-large': () => ({
    model: createModel('mobilenetv3-large:variant=torchvision', { classes: 1000 }),
    shape: [16, 3, 224, 224],
    classes: 1000,
  }),
  resnet50: () => ({ model: imageNetResNet(50, { classes: 1000 }), shape: [16, 3, 224, 224], classes: 1000 }),
};

function wideResNet(): ResNet {
  const blocks = [3, 3, 3];
  return new ResNet({ block: 'basic', blocks, planes: [64, 128, 256], stem: 'cifar', classes: 100 });
}

/** A network of pytorch.py with fresh weights. @throws where the name is none of them */
export function benchNetwork(name: string): BenchNetwork {
  const make = networks[name];
  if (!make) throw new Error(`network: expected ${Object.keys(networks).join(', ')}, got ${name}`);
  return make();
}
