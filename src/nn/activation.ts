import type { Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

/**
 * max(0, x), of any shape. `inPlace` (default `false`) overwrites its input, which saves a map of memory where nothing else
 * needs it.
 */
export class ReLU extends Module {
  readonly inPlace: boolean;

  constructor({ inPlace = false }: { inPlace?: boolean } = {}) {
    super();
    this.inPlace = inPlace;
  }

  forward(input: Tensor): Tensor {
    return this.inPlace ? input.relu_() : input.relu();
  }
}

/** x * sigmoid(x), of any shape (Elfwing et al. 2018). */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return input.silu();
  }
}

/** Gaussian error linear unit, exact form, of any shape: x times the normal distribution function of x (Hendrycks and Gimpel 2016). */
export class GELU extends Module {
  forward(input: Tensor): Tensor {
    return input.gelu();
  }
}

/** 1 / (1 + exp(-x)), of any shape: values in (0, 1). */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** The hyperbolic tangent, of any shape: values in (-1, 1). */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** x * {@link Hardsigmoid}(x), of any shape: SiLU in straight lines (Howard et al. 2019, Searching for MobileNetV3, section 5.2). */
export class Hardswish extends Module {
  forward(input: Tensor): Tensor {
    return input.hardswish();
  }
}

/** min(max(x + 3, 0), 6) / 6, of any shape: values in [0, 1]. */
export class Hardsigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.hardsigmoid();
  }
}
