import { BatchNorm2d, Conv2d, GlobalAvgPool2d, Linear, MaxPool2d, Module, ReLU, Sequential } from 'patchwork/nn';
import { Generator, type Tensor } from 'patchwork/torch';

/** Three convolutions, each of which halves the picture, and a number: images [N, 3, H, W] to counts [N]. */
export class CountingNetwork extends Module {
  readonly features = this.child('features', new Sequential(...block(3, 16), ...block(16, 32), ...block(32, 64)));
  readonly pool = this.child('pool', new GlobalAvgPool2d());
  readonly count = this.child('count', new Linear(64, 1));

  /** @param seed of the initial weights */
  constructor(seed: number) {
    super();
    this.initialize(new Generator(seed));
  }

  forward(images: Tensor): Tensor {
    return this.count.forward(this.pool.forward(this.features.forward(images))).flatten();
  }
}

function block(from: number, to: number): Module[] {
  return [new Conv2d(from, to, 3, { padding: 1 }), new BatchNorm2d(to), new ReLU(), new MaxPool2d(2)];
}
