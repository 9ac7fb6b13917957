/** The task: what the network gets to see, what it is to lower, and how well it does. */
import type { Normalization } from 'patchwork/data';
import type { Module } from 'patchwork/nn';
import { type Meter, preparedImages, type Task } from 'patchwork/tasks';
import { type Tensor, tensor } from 'patchwork/torch';

/** A batch as the network takes it: images [N, 3, H, W], and their counts [N]. */
export interface Counted {
  images: Tensor;
  counts: Tensor;
}

/** Counting as a regression: the loss is the mean squared error, the score the mean absolute error. */
export function counting(model: Module, normalization: Normalization): Task<number, Counted, Tensor> {
  return {
    model,
    goal: { score: 'meanAbsoluteError', better: 'lower' },

    prepare: (batch, runtime) => ({
      images: preparedImages(batch, normalization, runtime),
      counts: tensor(Float32Array.from(batch.targets), { device: runtime.device }),
    }),

    loss({ images, counts }) {
      const errors = model.forward(images).sub(counts);
      return { loss: errors.square().mean(), terms: { meanAbsoluteError: errors.detach().abs().mean() } };
    },

    predict: ({ images }) => model.forward(images).to({ dtype: 'float32' }),

    meter: () => new ErrorMeter(),
  };
}

interface Errors {
  images: number;
  absolute: number;
}

/** The mean absolute error over every image. */
class ErrorMeter implements Meter<Counted, Tensor> {
  #errors: Errors = { images: 0, absolute: 0 };

  add({ counts }: Counted, predicted: Tensor): void {
    this.merge({ images: counts.size, absolute: predicted.sub(counts).abs().sum().item() });
  }

  merge({ images, absolute }: Errors): void {
    this.#errors = { images: this.#errors.images + images, absolute: this.#errors.absolute + absolute };
  }

  state(): Errors {
    return this.#errors;
  }

  result() {
    return { meanAbsoluteError: this.#errors.absolute / this.#errors.images };
  }
}
