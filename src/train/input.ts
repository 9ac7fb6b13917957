/** From bytes to what the network takes. */
import type { Batch, Normalization } from '../data/index.ts';
import { type Tensor, tensor } from '../torch/index.ts';

export interface InputOptions {
  normalization: Normalization;
  /** NHWC in memory. */
  channelsLast: boolean;
  /** Default `'cpu'`. */
  device?: string;
}

/** A batch of uint8 images as a float32 tensor [N, C, H, W], scaled to 0..1 and normalized channel by channel. */
export function toInput(
  { images, shape }: Batch,
  { normalization, channelsLast, device = 'cpu' }: InputOptions,
): Tensor {
  const perChannel = (values: readonly number[]) =>
    tensor(
      Float32Array.from(values, (value) => value * 255),
      { shape: [1, values.length, 1, 1], device },
    );
  return tensor(images, { shape, device })
    .to({ dtype: 'float32', memoryFormat: channelsLast ? 'channels_last' : 'contiguous_format' })
    .sub_(perChannel(normalization.mean))
    .div_(perChannel(normalization.std));
}
