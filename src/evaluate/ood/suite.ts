import { define, integer, type Kind, kind, option, text } from '../../options/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { SuiteDefinition } from '../suite.ts';
import type { OodOptions } from './ood.ts';

const setsKind: Kind<string | readonly string[]> = kind(
  'OOD sets joined by commas, as in uniform,gaussian, or a list of such',
  { anyOf: [text.schema, { type: 'array', items: text.schema, minItems: 1 }] },
  (value) =>
    text.accepts(value) || (Array.isArray(value) && value.length > 0 && value.every((one) => text.accepts(one))),
);

const options = {
  sets: option(setsKind, {
    default: 'uniform,gaussian' as string | readonly string[],
    description: 'images of nothing that the network learned, see docs/out-of-distribution.md',
  }),
  images: option(integer({ min: 1, guard: 10_000_000 }), {
    description: 'how many images of noise, where the set does not say',
    otherwise: 'as many as known ones, at most 10,000',
  }),
};

/**
 * How well a network tells its test images from images of nothing that it learned, by scores that it was not trained
 * for (section 4.4 of the CutMix paper, which has the largest softmax probability alone). Known images are the
 * positives. Every image is scored: ODIN's code, whose sets the paper uses, keeps the first 1,000 of each side for tuning
 * (Liang et al. 2018), and the paper does not say whether it does.
 *
 * OOD sets that hold known images are warned of: the network's own data, or more than 1 % of images with the same
 * bytes as training images (where these are in memory; those of `data` where that was given) or as the test images that
 * are measured.
 */
export const oodSuite: SuiteDefinition = define({
  name: 'ood',
  description: "telling known images from out-of-distribution ones by the network's confidence",
  options,
  ...{ protocol: 3 },
  async make(resolved: OodOptions, network: TrainedNetwork) {
    const { OutOfDistribution } = await import('./ood.ts');
    return new OutOfDistribution(resolved, network);
  },
  async source(_: TrainedNetwork, { sets }: Readonly<Record<string, unknown>>) {
    const { oodSources } = await import('./ood.ts');
    return oodSources(sets as OodOptions['sets']);
  },
});
