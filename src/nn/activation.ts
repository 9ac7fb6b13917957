import type { Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

/** max(0, x). `inPlace` overwrites its input, which saves a map of memory where nothing else needs it. */
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

/** x * sigmoid(x). */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return input.silu();
  }
}

/** Gaussian error linear unit, exact form. */
export class GELU extends Module {
  forward(input: Tensor): Tensor {
    return input.gelu();
  }
}

export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}
