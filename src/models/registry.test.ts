import { describe, expect, it } from 'vitest';
import {
  cifarResNet,
  createModel,
  type ImageModel,
  networkOfArchitecture,
  networks,
  PyramidNet,
  stageGrids,
} from './index.ts';

function countOf(name: string, classes: number): number {
  const model = createModel(name, { classes });
  const count = model.parameterCount;
  model.dispose();
  return count;
}

describe('the number of parameters', () => {
  // Counted on the official networks; the CutMix paper rounds them to 1.1, 26.8, 1.7, 25.6, 44.6, 60.3 and 44.1 M, and
  // torchvision's documentation has its own. The conformance suite counts every network that is listed.
  it.each([
    ['resnet110-bottleneck', 1_170_868],
    ['pyramidnet200-a240', 26_844_952],
    ['pyramidnet110-a64', 1_725_300],
    ['pyramidnet272-a200', 26_288_692],
    ['resnet18-cifar', 11_220_132],
    ['resnet18', 11_689_512],
    ['resnet34', 21_797_672],
    ['resnet50', 25_557_032],
    ['resnet101', 44_549_160],
    ['resnet152', 60_192_808],
    ['resnext50-32x4d', 25_028_904],
    ['resnext101-32x4d', 44_177_704],
  ])('listed for %s is %d', (name, parameters) => {
    expect(networks.get(name)).toMatchObject({ parameters });
  });

  // The convolutions of torchvision's vgg16 and, for the second, its batch normalizations; 512*1024*9 + 1024; 1024*1000 + 1000.
  it('of VGG-GAP is the sum of its parts', () => {
    const parameters = (name: string) => networks.get(name).parameters;
    expect(parameters('vgg16-gap')).toBe(14_714_688 + 4_719_616 + 1_025_000);
    expect(parameters('vgg16-bn-gap')).toBe(14_714_688 + 8_448 + 4_719_616 + 1_025_000);
  });

  it.each([
    ['resnet110', 100, 1_736_564],
    ['resnet18-cifar', 10, 11_173_962],
    ['pyramidnet200-a240', 10, 26_752_702],
    ['pyramidnet110-a64-basic', 100, 2_623_666],
    ['pyramidnet110-a270-basic', 100, 28_511_307],
  ])('of %s with %d classes is %d', (name, classes, count) => {
    expect(countOf(name, classes)).toBe(count);
  });
});

describe('names', () => {
  it('lead to a network, any legal depth included, and unknown ones to none', () => {
    const own = { classes: 10 };
    for (const [name, expected] of [
      ['resnet8', cifarResNet(8, own)],
      ['resnet20-bottleneck', cifarResNet(20, { ...own, bottleneck: true })],
      ['pyramidnet11-a3', new PyramidNet({ ...own, depth: 11, alpha: 3 })],
      ['pyramidnet8-a3-basic', new PyramidNet({ ...own, depth: 8, alpha: 3, block: 'basic' })],
    ] as const) {
      expect(networks.names).not.toContain(name);
      expect(`${createModel(name, own)}`).toBe(`${expected}`);
    }
    for (const name of ['resnet', 'vgg16', 'constructor', 'toString', 'resnet20-', 'Resnet20', 'pyramidnet110', '']) {
      expect(() => createModel(name, { classes: 10 })).toThrow(`unknown network '${name}'`);
    }
  });

  it.each([
    ['pyramidnet100-a64', 'expected depth 9n+2 (11, 20, 29, ...) with bottleneck blocks, got 100'],
    ['pyramidnet11-a64-basic', 'expected depth 6n+2 (8, 14, 20, ...) with basic blocks, got 11'],
    ['pyramidnet11-a0', 'expected alpha above 0, got 0'],
  ])('%s is impossible, which the error explains', (name, message) => {
    expect(() => createModel(name, { classes: 10 })).toThrow(message);
  });
});

describe('the names of timm and torchvision', () => {
  it.each([
    ['mobilenet_v3_large', 'mobilenetv3-large:variant=torchvision'],
    ['mobilenetv3_small_100.lamb_in1k', 'mobilenetv3-small'],
    ['efficientnet_b0', 'efficientnet-b0'],
    ['resnext50_32x4d', 'resnext50-32x4d'],
    ['resnet18.a1_in1k', 'resnet18'],
    ['vit_base_patch16_384.augreg_in21k_ft_in1k', 'vit-b16:pictures=384'],
  ])('lead from %s to %s', (architecture, name) => {
    expect(networkOfArchitecture(architecture)).toBe(name);
    const { name: listed } = networks.get(name.split(':')[0]!);
    expect(name.startsWith(listed)).toBe(true);
  });

  it('are told from ours, and lead nowhere for other networks', () => {
    expect(() => createModel('vit_b_16', { classes: 2 })).toThrow(
      "unknown network 'vit_b_16'; it is called vit-b16 here",
    );
    for (const other of ['vgg16', 'constructor', 'swin_tiny_patch4_window7_224', 'tf_efficientnet_b0', ''])
      expect(networkOfArchitecture(other)).toBeUndefined();
  });
});

describe('-os16', () => {
  it('doubles the last map of an ImageNet network, with the same weights', () => {
    const [plain, localizing] = ['resnet18', 'resnet18-os16'].map((name) => createModel(name, { classes: 2 }));
    const last = (model: ImageModel) => stageGrids(model, { height: 224, width: 224 }).at(-1);
    expect([last(plain!), last(localizing!)]).toEqual([
      { height: 7, width: 7 },
      { height: 14, width: 14 },
    ]);
    expect([...localizing!.stateDict()].map(([name, { shape }]) => [name, shape])).toEqual(
      [...plain!.stateDict()].map(([name, { shape }]) => [name, shape]),
    );
    plain!.dispose();
    localizing!.dispose();
  });

  it('belongs to ImageNet networks alone', () => {
    expect(() => createModel('resnet20-os16', { classes: 2 })).toThrow("unknown network 'resnet20-os16'");
    expect(() => createModel('vgg16-gap-os16', { classes: 2 })).toThrow("did you mean 'vgg16-gap'?");
  });
});
