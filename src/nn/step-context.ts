import { type RandomStream, stream } from '../random/index.ts';
import { Generator } from '../torch/index.ts';

/**
 * What the random layers of a network (dropout, drop block, shake drop, stochastic depth) know of the training step under
 * way. All of a network share one; whoever trains it calls {@link begin} before every step, so that what is drawn
 * depends on the step alone, and a run that is resumed draws what it would have drawn.
 */
export class StepContext {
  /** For draws in JavaScript: gates. */
  random: RandomStream;
  /** For draws of tensors: masks. */
  readonly generator: Generator;
  /** How much of the training is done, 0 .. 1, for what changes along the way. Default 1. */
  progress = 1;

  constructor(seed = 0) {
    this.random = stream(seed, 'step');
    this.generator = new Generator(seed);
  }

  /** @param random the step's own stream; @param progress how much of the training is done, 0 .. 1 */
  begin(random: RandomStream, progress: number): void {
    this.random = random;
    this.generator.seed(random.integer(2 ** 31));
    this.progress = progress;
  }
}
