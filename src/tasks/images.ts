/** From the bytes of a batch to what an image network takes: the only place where images are normalized. */
import type { Batch, Normalization } from '../data/index.ts';
import { type Tensor, tensor } from '../torch/index.ts';
import type { Runtime } from './runtime.ts';

/** The images of a batch as float32 [N, C, H, W] with the values of their bytes, 0 .. 255, on the runtime's device. */
export function imageTensor(
  { images, layout, shape: [batch, channels, height, width] }: Pick<Batch, 'images' | 'layout' | 'shape'>,
  { device, channelsLast }: Pick<Runtime, 'device' | 'channelsLast'>,
): Tensor {
  const bytes =
    layout === 'NCHW'
      ? tensor(images, { shape: [batch, channels, height, width], device })
      : tensor(images, { shape: [batch, height, width, channels], device }).permute([0, 3, 1, 2]);
  return bytes.to({ dtype: 'float32', memoryFormat: channelsLast ? 'channels_last' : 'contiguous_format' });
}

/**
 * Normalizes images [N, C, H, W] with values 0 .. 255 channel by channel: less the mean, over the standard deviation.
 * Gradients flow through it.
 *
 * @param inPlace overwrite the images, where nothing else needs them (default false)
 */
export function normalizeImages(images: Tensor, { mean, std }: Normalization, { inPlace = false } = {}): Tensor {
  const perChannel = (values: readonly number[]) =>
    tensor(
      Float32Array.from(values, (value) => value * 255),
      { shape: [1, values.length, 1, 1], device: images.device },
    );
  const [shift, scale] = [perChannel(mean), perChannel(std)];
  return inPlace ? images.sub_(shift).div_(scale) : images.sub(shift).div(scale);
}

/** The normalized images of a batch, [N, C, H, W]. */
export function preparedImages(
  batch: Pick<Batch, 'images' | 'layout' | 'shape'>,
  normalization: Normalization,
  runtime: Pick<Runtime, 'device' | 'channelsLast'>,
): Tensor {
  return normalizeImages(imageTensor(batch, runtime), normalization, { inPlace: true });
}
