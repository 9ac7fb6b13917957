import type { Tensor } from '../torch/index.ts';
import { GELU } from './activation.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';

/** Two linear layers with the exact {@link GELU} between them, under timm's names `fc1` and `fc2`: [..., width] to the same. */
export class Mlp extends Module {
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly #activation = new GELU();

  /** @param inner width between the two layers, from 1 */
  constructor(width: number, inner: number) {
    super();
    this.fc1 = this.child('fc1', new Linear(width, inner));
    this.fc2 = this.child('fc2', new Linear(inner, width));
  }

  forward(input: Tensor): Tensor {
    return this.fc2.forward(this.#activation.forward(this.fc1.forward(input)));
  }
}
