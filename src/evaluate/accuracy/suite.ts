import { define } from '../../options/index.ts';
import type { TrainedNetwork } from '../network.ts';
import type { SuiteDefinition } from '../suite.ts';

/** Top-1 and top-5 error, loss and calibration of a network on all test images, as validation measures them. */
export const accuracySuite: SuiteDefinition = define({
  name: 'accuracy',
  description: 'top-1 and top-5 error, loss, calibration; of all test images',
  options: {},
  ...{ protocol: 3, takesAll: true },
  async make(_, network: TrainedNetwork) {
    const { measureAccuracy } = await import('./accuracy.ts');
    return measureAccuracy(network);
  },
});
