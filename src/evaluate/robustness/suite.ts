import { choice, define, integer, listOf, number, option } from '../../options/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { SuiteDefinition } from '../suite.ts';
import type { RobustnessOptions } from './robustness.ts';

const options = {
  epsilons: option(listOf(number({ min: 0, max: 255 }), 'a list of numbers in 0..255, as in 2/8', { min: 1 }), {
    default: [8] as readonly number[],
    description: 'largest changes of a pixel, of 0..255, for each strength of attack',
  }),
  pgdSteps: option(integer({ min: 0, guard: 10_000 }), {
    default: 10,
    description: 'steps of PGD, which makes most of the work; 0 leaves it out',
  }),
  occlusionSteps: option(integer({ min: 1, guard: 1000 }), {
    default: 8,
    description: "sides of the square from 0 to the image's, in so many steps",
  }),
  fill: option(choice(['mean', 'black']), {
    default: 'mean',
    description: 'what hides a part: zeros after normalization (the mean color) or before',
  }),
  inBetweenSteps: option(integer({ min: 1, guard: 1000 }), {
    default: 10,
    description: 'ratios of a mixture from 0 to 1, in so many steps',
  }),
  seed: option(integer({ min: 0 }), { description: "of the pairs and of PGD's starts", otherwise: "the run's" }),
};

/**
 * Top-1 error of a network under white-box attacks, with parts hidden, and between two images, where it errs when it
 * predicts neither of the two classes. PGD starts at random. By default each image goes through the network 43 times
 * forwards and 11 times both ways.
 */
export const robustnessSuite: SuiteDefinition = define({
  name: 'robustness',
  description: 'FGSM and PGD, occlusion, samples in between two images',
  options,
  ...{ protocol: 3 },
  async make(resolved: RobustnessOptions, network: TrainedNetwork) {
    const { Robustness } = await import('./robustness.ts');
    return new Robustness(resolved, network);
  },
});
