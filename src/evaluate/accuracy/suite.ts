import { define } from '../../options/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { SuiteDefinition } from '../suite.ts';

/**
 * Top-1 and top-5 error, loss and calibration of a network on all test images, as validation measures them, and its mistakes:
 * by class, the most confident ones, and where labels may be wrong or images were trained on.
 */
export const accuracySuite: SuiteDefinition = define({
  name: 'accuracy',
  description: 'error, loss, calibration; mistakes by class and by image, suspected labels; of all test images',
  options: {},
  ...{ protocol: 4, takesAll: true },
  async make(_, network: TrainedNetwork) {
    const { measureAccuracy } = await import('./accuracy.ts');
    return measureAccuracy(network);
  },
});
