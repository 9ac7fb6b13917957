import type { ImageModel, ModelOptions } from './image-model.ts';
import { PyramidNet } from './pyramidnet.ts';
import { cifarResNet, imageNetResNet, resNeXt } from './resnet.ts';
import { VggGap } from './vgg-gap.ts';

type Factory = (options: ModelOptions) => ImageModel;

/** What help texts say of a network. */
export interface ModelDescription {
  name: string;
  /** The paper's word for it. */
  family: string;
  /** Side of the square pictures it was made for; others work too. */
  pictures: number;
  /** Learned values at {@link classes} classes: 100 for networks of small pictures, else 1000. */
  parameters: number;
  classes: number;
}

interface Entry extends Omit<ModelDescription, 'name' | 'classes'> {
  make: Factory;
}

/** Networks by name in the order of help texts. The conformance suite checks the numbers of parameters. */
const named = new Map<string, Entry>();

function list(family: string, pictures: number, networks: Record<string, [parameters: number, make: Factory]>): void {
  for (const [name, [parameters, make]] of Object.entries(networks)) {
    named.set(name, { family, pictures, parameters, make });
  }
}

list('ResNet', 32, {
  resnet20: [278_324, (options) => cifarResNet(20, options)],
  resnet32: [472_756, (options) => cifarResNet(32, options)],
  resnet44: [667_188, (options) => cifarResNet(44, options)],
  resnet56: [861_620, (options) => cifarResNet(56, options)],
  resnet110: [1_736_564, (options) => cifarResNet(110, options)],
  'resnet29-bottleneck': [336_244, (options) => cifarResNet(29, { ...options, bottleneck: true })],
  'resnet110-bottleneck': [1_170_868, (options) => cifarResNet(110, { ...options, bottleneck: true })],
  'resnet164-bottleneck': [1_727_284, (options) => cifarResNet(164, { ...options, bottleneck: true })],
  'resnet18-cifar': [11_220_132, (options) => imageNetResNet(18, { ...options, stem: 'cifar' })],
});
list('PyramidNet', 32, {
  'pyramidnet110-a64': [1_725_300, (options) => new PyramidNet({ ...options, depth: 110, alpha: 64 })],
  'pyramidnet200-a240': [26_844_952, (options) => new PyramidNet({ ...options, depth: 200, alpha: 240 })],
  'pyramidnet272-a200': [26_288_692, (options) => new PyramidNet({ ...options, depth: 272, alpha: 200 })],
});
list('ResNet', 224, {
  resnet18: [11_689_512, (options) => imageNetResNet(18, options)],
  resnet34: [21_797_672, (options) => imageNetResNet(34, options)],
  resnet50: [25_557_032, (options) => imageNetResNet(50, options)],
  resnet101: [44_549_160, (options) => imageNetResNet(101, options)],
  resnet152: [60_192_808, (options) => imageNetResNet(152, options)],
});
list('ResNeXt', 224, {
  'resnext50-32x4d': [25_028_904, (options) => resNeXt(50, options)],
  'resnext101-32x4d': [44_177_704, (options) => resNeXt(101, options)],
});
list('VGG-GAP', 224, {
  'vgg16-gap': [20_459_304, (options) => new VggGap(options)],
  'vgg16-bn-gap': [20_467_752, (options) => new VggGap({ ...options, batchNorm: true })],
});

/** Every name that help texts list. */
export const modelNames: readonly string[] = [...named.keys()];

/** What each of {@link modelNames} is and is for. Builds nothing. */
export function describeModels(): ModelDescription[] {
  return [...named].map(([name, { family, pictures, parameters }]) => ({
    name,
    family,
    pictures,
    parameters,
    classes: pictures === 32 ? 100 : 1000,
  }));
}

/**
 * A network by name: one of {@link modelNames}, or of any legal depth:
 * - `resnetD` with D = 6n+2 and `resnetD-bottleneck` with D = 9n+2,
 * - `pyramidnetD-aA` with D = 9n+2 and `pyramidnetD-aA-basic` with D = 6n+2, growing by A channels;
 *
 * and `resnet18` .. `resnet152` and ResNeXts with `-os16` behind: their last stage has stride 1, so that its maps are
 * twice as large (a sixteenth of the image's sides), as in the CutMix paper's localization (appendix B). Weights are the
 * same.
 *
 * `undefined` when no network has that name. @throws RangeError where the depth is impossible
 */
export function createModel(name: string, options: ModelOptions): ImageModel | undefined {
  const listed = named.get(name);
  if (listed) return listed.make(options);
  const largeMap = /^(resne(?:t(\d+)|xt(\d+)-32x4d))-os16$/.exec(name);
  if (largeMap && named.get(largeMap[1]!)?.pictures === 224) {
    const [, , depth, xDepth] = largeMap;
    const localizing = { ...options, lastStride: 1 } as const;
    return depth ? imageNetResNet(Number(depth), localizing) : resNeXt(Number(xDepth) as 50 | 101, localizing);
  }
  const resNet = /^resnet(\d+)(-bottleneck)?$/.exec(name);
  if (resNet) return cifarResNet(Number(resNet[1]), { ...options, bottleneck: resNet[2] !== undefined });
  const pyramidNet = /^pyramidnet(\d+)-a(\d+)(-basic)?$/.exec(name);
  if (!pyramidNet) return undefined;
  const [, depth, alpha, basic] = pyramidNet;
  return new PyramidNet({
    ...options,
    depth: Number(depth),
    alpha: Number(alpha),
    block: basic === undefined ? 'bottleneck' : 'basic',
  });
}
