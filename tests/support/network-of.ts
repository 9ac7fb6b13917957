import type { TrainConfigInput } from '../../src/config/index.ts';
import type { LabeledImages } from '../../src/data/index.ts';
import { networkOf as measured, type TrainedNetwork } from '../../src/evaluate/network.ts';
import type { ImageModel } from '../../src/models/index.ts';
import { smallConfig } from './small-training.ts';

/** A network to be measured, in float32, around any model and test images: for numbers that are known beforehand. */
export function networkOf(model: ImageModel, test: LabeledImages, changes: TrainConfigInput = {}): TrainedNetwork {
  model.eval();
  return measured({
    run: 'no run',
    checkpoint: { name: 'step-00000000', path: 'no checkpoint', weights: '' },
    config: smallConfig({ precision: 'fp32', channelsLast: false, ...changes }),
    data: 'images of a test',
    parts: { train: test, test },
    normalization: test.normalization,
    fingerprint: 'of no data',
    notes: [],
    model,
  });
}
