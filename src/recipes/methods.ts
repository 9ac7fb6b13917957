import type { TrainConfigInput } from '../config/index.ts';

/** What distinguishes one method from another, all else equal. */
export interface Method {
  /** For people. */
  title: string;
  settings: Pick<TrainConfigInput, 'mix' | 'regularize' | 'labelSmoothing'>;
}

// Section 4.1.2; DropBlock's numbers are those of CIFAR. The size of a Cutout hole is left to its default, half the
// shorter side: the paper's 16 on 32 pixels and 112 on 224.
const cutmix = 'cutmix:probability=0.5';
const dropBlock = 'dropblock:keep=0.9,block=4';

/**
 * The methods of Table 5 by name, with the settings of its rows. CutMix mixes half of the batches there, which the
 * authors also advise for small networks and little data.
 *
 * Two methods that act together are joined by `-and-`, since `+` means "one of them, drawn per batch" in a mixing text.
 */
export const methods: Readonly<Record<string, Method>> = {
  baseline: { title: 'Baseline', settings: {} },
  'stochastic-depth': { title: 'Stochastic depth', settings: { regularize: ['stochastic-depth:rate=0.25'] } },
  'label-smoothing': { title: 'Label smoothing', settings: { labelSmoothing: 0.1 } },
  cutout: { title: 'Cutout', settings: { mix: 'cutout' } },
  'cutout-and-label-smoothing': { title: 'Cutout + label smoothing', settings: { mix: 'cutout', labelSmoothing: 0.1 } },
  dropblock: { title: 'DropBlock', settings: { regularize: [dropBlock] } },
  'dropblock-and-label-smoothing': {
    title: 'DropBlock + label smoothing',
    settings: { regularize: [dropBlock], labelSmoothing: 0.1 },
  },
  'mixup-alpha-0.5': { title: 'MixUp (alpha 0.5)', settings: { mix: 'mixup:alpha=0.5' } },
  mixup: { title: 'MixUp (alpha 1)', settings: { mix: 'mixup:alpha=1' } },
  'manifold-mixup': { title: 'Manifold MixUp (alpha 1)', settings: { mix: 'manifold-mixup:alpha=1' } },
  'cutout-and-mixup': { title: 'Cutout + MixUp', settings: { mix: ['cutout', 'mixup:alpha=1'] } },
  'cutout-and-manifold-mixup': {
    title: 'Cutout + Manifold MixUp',
    settings: { mix: ['cutout', 'manifold-mixup:alpha=1'] },
  },
  shakedrop: { title: 'ShakeDrop', settings: { regularize: ['shakedrop'] } },
  cutmix: { title: 'CutMix', settings: { mix: cutmix } },
  'cutmix-and-shakedrop': { title: 'CutMix + ShakeDrop', settings: { mix: cutmix, regularize: ['shakedrop'] } },
};

/** The names, baseline first. */
export const methodNames: readonly string[] = Object.keys(methods);

/** A method that is known to be in the table. */
export function methodNamed(name: string): Method {
  const method = methods[name];
  if (method === undefined) throw new Error(`method: expected one of ${methodNames.join(', ')}, got '${name}'`);
  return method;
}
