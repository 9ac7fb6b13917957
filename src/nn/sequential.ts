import type { Tensor } from '../torch/index.ts';
import { Module } from './module.ts';

/** Modules one after the other, named `0`, `1`, ... as in PyTorch. */
export class Sequential extends Module {
  readonly parts: readonly Module[];

  constructor(...parts: Module[]) {
    super();
    this.parts = parts.map((part, index) => this.child(String(index), part));
  }

  forward(input: Tensor): Tensor {
    return this.parts.reduce((value, part) => part.forward(value), input);
  }
}
