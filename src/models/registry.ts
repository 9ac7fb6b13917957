import type { ImageModel, ModelOptions } from './image-model.ts';
import { cifarResNet, imageNetResNet, resNeXt } from './resnet.ts';

type Factory = (options: ModelOptions) => ImageModel;

/** Networks by fixed name. */
const named: Record<string, Factory> = {
  'resnet18-cifar': (options) => imageNetResNet(18, { ...options, stem: 'cifar' }),
  resnet18: (options) => imageNetResNet(18, options),
  resnet34: (options) => imageNetResNet(34, options),
  resnet50: (options) => imageNetResNet(50, options),
  resnet101: (options) => imageNetResNet(101, options),
  resnet152: (options) => imageNetResNet(152, options),
  'resnext50-32x4d': (options) => resNeXt(50, options),
  'resnext101-32x4d': (options) => resNeXt(101, options),
};

/** Depths of the CIFAR networks that are listed in help texts; any other 6n+2 (or 9n+2) works too. */
for (const depth of [20, 32, 44, 56, 110]) named[`resnet${depth}`] = (options) => cifarResNet(depth, options);
for (const depth of [29, 110, 164]) {
  named[`resnet${depth}-bottleneck`] = (options) => cifarResNet(depth, { ...options, bottleneck: true });
}

/** Every name that help texts list. */
export const modelNames: readonly string[] = Object.keys(named);

/**
 * A network by name: one of {@link modelNames}, or `resnetN` with N = 6n+2 and `resnetN-bottleneck` with N = 9n+2.
 * `undefined` when no network has that name.
 */
export function createModel(name: string, options: ModelOptions): ImageModel | undefined {
  const fixed = Object.hasOwn(named, name) ? named[name] : undefined;
  if (fixed) return fixed(options);
  const matched = /^resnet(\d+)(-bottleneck)?$/.exec(name);
  if (!matched) return undefined;
  return cifarResNet(Number(matched[1]), { ...options, bottleneck: matched[2] !== undefined });
}
