import { choice, define, integer, number, option, text } from '../../options/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { SuiteDefinition } from '../suite.ts';
import type { LocalizationOptions } from './localization.ts';
import { mapMethods } from './score-map.ts';

const options = {
  method: option(choice(mapMethods), {
    description: 'how maps are made: cam for networks with a pooled head, grad-cam for all',
    otherwise: 'cam where it can be had',
  }),
  threshold: option(number({ min: 0, max: 1 }), {
    default: 0.15,
    description: "of the paper's protocol: a fraction of the map's maximum",
  }),
  boxes: option(text, {
    description: "a folder of ground-truth boxes: PASCAL VOC's XML or wsolevaluation's metadata",
    otherwise: "the data's own",
  }),
  examples: option(integer({ min: 0, guard: 10_000 }), {
    default: 12,
    description: 'how many images to keep for a gallery, spread evenly over the set',
  }),
};

/**
 * How well the boxes of a network's class maps meet the ground truth, by the CutMix paper's protocol and by that of Choe et
 * al. 2020, and what a box in the middle of the image would get.
 */
export const localizationSuite: SuiteDefinition = define({
  name: 'localization',
  description:
    "boxes from class activation maps against ground truth, by the CutMix paper's protocol and by that of Choe et al. 2020, " +
    "under which the paper's gain vanished in their measurements",
  options,
  ...{ protocol: 3 },
  async make(resolved: LocalizationOptions, network: TrainedNetwork) {
    const { Localization } = await import('./localization.ts');
    return new Localization(resolved, network);
  },
  async refusal({ images, data }: TrainedNetwork, { boxes }: Readonly<Record<string, unknown>>) {
    const { hasBoxes } = await import('./localization.ts');
    if (boxes !== undefined || (await hasBoxes(images))) return undefined;
    return `localization was left out: ${data} has no ground-truth boxes.`;
  },
  async source({ images }: TrainedNetwork, { boxes }: Readonly<Record<string, unknown>>) {
    const { boxesDigest } = await import('./localization.ts');
    return boxesDigest(images, boxes as string | undefined);
  },
});
