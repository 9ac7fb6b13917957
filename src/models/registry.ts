import {
  choice,
  type Definition,
  DefinitionList,
  define,
  integer,
  oneOfYourOwn,
  option,
  parseMethod,
  unknownWord,
} from '../options/index.ts';
import { ConvNeXt } from './convnext.ts';
import { EfficientNet } from './efficientnet.ts';
import type { ImageModel, ModelOptions } from './image-model.ts';
import { MobileNetV3 } from './mobilenetv3.ts';
import { PyramidNet } from './pyramidnet.ts';
import { cifarResNet, imageNetResNet, resNeXt } from './resnet.ts';
import { VggGap } from './vgg-gap.ts';
import { VisionTransformer } from './vit.ts';

/** A network by name: `make` gives it with new weights for a number of classes. */
export interface NetworkDefinition extends Definition<ImageModel, [options: ModelOptions]> {
  /** The paper's word for it. */
  readonly family: string;
  /** Side of the square pictures it was made for; others work too. */
  readonly pictures: number;
  /** Learned values at 100 classes for networks of pictures up to 64 pixels, else at 1000. Default: not said. */
  readonly parameters?: number;
}

type Factory = (options: ModelOptions) => ImageModel;

function family(
  name: string,
  pictures: number,
  networks: Record<string, [parameters: number, make: Factory]>,
): NetworkDefinition[] {
  return Object.entries(networks).map(([network, [parameters, make]]) =>
    define({
      ...about(network, name, pictures, parameters),
      options: {},
      make: (_, options: ModelOptions) => make(options),
    }),
  );
}

const about = (name: string, family: string, pictures: number, parameters: number) => ({
  ...{ name, family, pictures, parameters },
  description: `${family}, for pictures of ${pictures} pixels; ${millions(parameters)} million parameters`,
});

/** Learned values at 1000 classes, by size. */
const mobileNets = { small: 2_542_856, large: 5_483_032 };
const transformers = {
  'vit-s16': { width: 384, heads: 6, parameters: 22_050_664 },
  'vit-b16': { width: 768, heads: 12, parameters: 86_567_656 },
};

const mobileNetOptions = {
  variant: option(choice(['timm', 'torchvision']), {
    default: 'timm',
    description: 'whose batch normalization it has, and so whose weights are exact',
  }),
};

const transformerOptions = {
  pictures: option(integer({ min: 16 }), {
    default: 224,
    description: 'side of the pictures that its positions are for, a multiple of 16; other sizes are interpolated',
  }),
};

const millions = (parameters: number): string => (parameters / 1e6).toPrecision(3);

/** Every network that help texts list. The conformance suite checks the numbers of parameters. */
export const networks: DefinitionList<NetworkDefinition> = new DefinitionList('network', [
  ...family('ResNet', 32, {
    resnet20: [278_324, (options) => cifarResNet(20, options)],
    resnet32: [472_756, (options) => cifarResNet(32, options)],
    resnet44: [667_188, (options) => cifarResNet(44, options)],
    resnet56: [861_620, (options) => cifarResNet(56, options)],
    resnet110: [1_736_564, (options) => cifarResNet(110, options)],
    'resnet29-bottleneck': [336_244, (options) => cifarResNet(29, { ...options, bottleneck: true })],
    'resnet110-bottleneck': [1_170_868, (options) => cifarResNet(110, { ...options, bottleneck: true })],
    'resnet164-bottleneck': [1_727_284, (options) => cifarResNet(164, { ...options, bottleneck: true })],
    'resnet18-cifar': [11_220_132, (options) => imageNetResNet(18, { ...options, stem: 'cifar' })],
  }),
  ...family('PyramidNet', 32, {
    'pyramidnet110-a64': [1_725_300, (options) => new PyramidNet({ ...options, depth: 110, alpha: 64 })],
    'pyramidnet200-a240': [26_844_952, (options) => new PyramidNet({ ...options, depth: 200, alpha: 240 })],
    'pyramidnet272-a200': [26_288_692, (options) => new PyramidNet({ ...options, depth: 272, alpha: 200 })],
  }),
  ...family('ResNet', 224, {
    resnet18: [11_689_512, (options) => imageNetResNet(18, options)],
    resnet34: [21_797_672, (options) => imageNetResNet(34, options)],
    resnet50: [25_557_032, (options) => imageNetResNet(50, options)],
    resnet101: [44_549_160, (options) => imageNetResNet(101, options)],
    resnet152: [60_192_808, (options) => imageNetResNet(152, options)],
  }),
  ...family('ResNeXt', 224, {
    'resnext50-32x4d': [25_028_904, (options) => resNeXt(50, options)],
    'resnext101-32x4d': [44_177_704, (options) => resNeXt(101, options)],
  }),
  ...family('VGG-GAP', 224, {
    'vgg16-gap': [20_459_304, (options) => new VggGap(options)],
    'vgg16-bn-gap': [20_467_752, (options) => new VggGap({ ...options, batchNorm: true })],
  }),
  ...(['small', 'large'] as const).map((size) =>
    define({
      ...about(`mobilenetv3-${size}`, 'MobileNetV3', 224, mobileNets[size]),
      options: mobileNetOptions,
      make: ({ variant }, options: ModelOptions) => new MobileNetV3({ ...options, size, variant }),
    }),
  ),
  ...family('EfficientNet', 224, {
    'efficientnet-b0': [5_288_548, (options) => new EfficientNet(options)],
  }),
  ...family('ConvNeXt', 224, {
    'convnext-tiny': [28_589_128, (options) => new ConvNeXt(options)],
  }),
  ...Object.entries(transformers).map(([name, { parameters, ...shape }]) =>
    define({
      ...about(name, 'ViT', 224, parameters),
      options: transformerOptions,
      make: ({ pictures }, options: ModelOptions) => new VisionTransformer({ ...options, ...shape, pictures }),
    }),
  ),
]);

/** Names of which there are more than can be listed. */
interface NamePattern {
  /** For people: `resnetD, D = 6n+2`. */
  readonly text: string;
  /** What makes the network of a name; undefined where the name is none of these. */
  match(name: string): Factory | undefined;
}

/** Any legal depth, and larger last maps. */
export const networkPatterns: readonly NamePattern[] = [
  {
    text: 'resnetD with D = 6n+2, resnetD-bottleneck with D = 9n+2',
    match(name) {
      const [, depth, bottleneck] = /^resnet(\d+)(-bottleneck)?$/.exec(name) ?? [];
      if (depth === undefined) return undefined;
      return (options) => cifarResNet(Number(depth), { ...options, bottleneck: bottleneck !== undefined });
    },
  },
  {
    text: 'pyramidnetD-aA with D = 9n+2, pyramidnetD-aA-basic with D = 6n+2, growing by A channels',
    match(name) {
      const [, depth, alpha, basic] = /^pyramidnet(\d+)-a(\d+)(-basic)?$/.exec(name) ?? [];
      if (depth === undefined) return undefined;
      const block = basic === undefined ? 'bottleneck' : 'basic';
      return (options) => new PyramidNet({ ...options, depth: Number(depth), alpha: Number(alpha), block });
    },
  },
  {
    // As in the CutMix paper's localization (appendix B): the last stage has stride 1. Weights are the same.
    text: 'resnet18 .. resnet152 and ResNeXts with -os16 behind: maps twice as large, for localization',
    match(name) {
      const [, base, depth, xDepth] = /^(resne(?:t(\d+)|xt(\d+)-32x4d))-os16$/.exec(name) ?? [];
      if (base === undefined || networks.find(base)?.pictures !== 224) return undefined;
      return (options) =>
        depth === undefined
          ? resNeXt(Number(xDepth) as 50 | 101, { ...options, lastStride: 1 })
          : imageNetResNet(Number(depth), { ...options, lastStride: 1 });
    },
  },
];

/** What timm and torchvision call these networks where it is not their name here, spelled with underscores. */
const publishedNames = new Map(
  Object.entries({
    mobilenetv3_small_100: 'mobilenetv3-small',
    mobilenet_v3_small: 'mobilenetv3-small:variant=torchvision',
    mobilenetv3_large_100: 'mobilenetv3-large',
    mobilenet_v3_large: 'mobilenetv3-large:variant=torchvision',
    vit_small_patch16_224: 'vit-s16',
    vit_small_patch16_384: 'vit-s16:pictures=384',
    deit_small_patch16_224: 'vit-s16',
    vit_base_patch16_224: 'vit-b16',
    vit_base_patch16_384: 'vit-b16:pictures=384',
    deit_base_patch16_224: 'vit-b16',
    deit_base_patch16_384: 'vit-b16:pictures=384',
    vit_b_16: 'vit-b16',
  }),
);

/**
 * Our name, options included, of an architecture by timm's or torchvision's name: `vit-b16` of `vit_base_patch16_224`, or of
 * `vit_base_patch16_224.augreg_in21k`, whose tag says how it was trained.
 *
 * @returns undefined where the network is not among {@link networks}
 */
export function networkOfArchitecture(architecture: string): string | undefined {
  const [name = ''] = architecture.split('.');
  return publishedNames.get(name) ?? networks.find(name.replaceAll('_', '-'))?.name;
}

/**
 * A network by name: one of {@link networks}, with its options behind a colon where it has some, or of a name that
 * {@link networkPatterns} know.
 *
 * @throws naming the nearest and listing all where no network has that name; RangeError where the depth is impossible
 */
export function createModel(text: string, options: ModelOptions): ImageModel {
  const { name, options: own } = parseMethod(text);
  const listed = networks.find(name);
  if (listed) return listed.make(own, options);
  const make = networkPatterns.map((pattern) => pattern.match(text)).find((found) => found !== undefined);
  if (make) return make(options);
  const patterns = networkPatterns.map((pattern) => pattern.text).join('; ');
  const known = networkOfArchitecture(name);
  if (known) throw new Error(`unknown network '${name}'; it is called ${known} here`);
  const wayOut = `Valid: ${networks.names.join(', ')}; ${patterns}; ${oneOfYourOwn}`;
  throw new Error(unknownWord('unknown network', name, networks.names, wayOut));
}
