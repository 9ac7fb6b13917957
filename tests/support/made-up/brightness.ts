import { type Suite, suites, type TrainedNetwork } from 'patchwork/evaluate';
import { define, number, option } from 'patchwork/options';

interface BrightnessResult {
  images: number;
  /** The share of the pixels that are brighter than the threshold. */
  bright: number;
}

suites.add(
  define({
    name: 'brightness',
    description: 'how much of the test images is bright',
    options: {
      threshold: option(number({ min: 0, max: 1 }), { default: 0.5, description: 'of what counts as bright, in 0..1' }),
    },
    ...{ protocol: 1 },
    make({ threshold }, _network: TrainedNetwork): Suite<BrightnessResult> {
      let [images, sum] = [0, 0];
      return {
        add({ pixels, labels }) {
          images += labels.length;
          sum += pixels.gt(threshold).to({ dtype: 'float32' }).mean().item() * labels.length;
        },
        result: () => ({ images, bright: sum / images }),
      };
    },
  }),
);
