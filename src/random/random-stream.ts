import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** The four 32-bit words of the generator: plain JSON, so that a checkpoint can keep it. */
export type RandomState = readonly number[];

/**
 * A stream of random numbers: xoroshiro128+ of pure-rand and the distributions that the methods need.
 *
 * All there is to a stream is its four words of state: nothing is kept between calls (the second number of a
 * Box-Muller pair is thrown away), so `state()` is complete at any moment. Make one with `stream(seed, ...key)`.
 */
export class RandomStream {
  readonly #generator: RandomGenerator;

  private constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  /** The stream that goes on exactly where the one that gave `state` stood. */
  static fromState(state: RandomState): RandomStream {
    // All words zero is the one state that the generator never leaves.
    if (state.length !== 4 || !state.every(Number.isInteger) || state.every((word) => word === 0)) {
      throw new Error(
        `random state: expected 4 integers that are not all zero, got ${JSON.stringify(state)}; ` +
          `pass what RandomStream.state() returned`,
      );
    }
    return new RandomStream(xoroshiro128plusFromState(state.map((word) => word | 0)));
  }

  /** What `RandomStream.fromState` needs to go on from here. */
  state(): RandomState {
    return [...this.#generator.getState()];
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** Uniform over the integers 0 .. n-1, without the bias of a plain remainder. `n` is 1 .. 2^53 - 1. */
  integer(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new Error(`random integer: expected n to be a whole number of at least 1, got ${n}`);
    }
    return uniformInt(this.#generator, 0, n - 1);
  }

  /** Standard normal, by Box and Muller (1958). */
  normal(): number {
    // 1 - uniform() lies in (0, 1], so the logarithm is finite.
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Gamma with scale 1. A shape far below 1 may underflow to 0. Shape is finite and above 0. */
  gamma(shape: number): number {
    return Math.exp(this.#logGamma(shape));
  }

  /**
   * Beta(a, b), in [0, 1]. For a small `a` or `b` the double nearest to the true value is often exactly 0 or 1, and
   * that is what is returned; never NaN. `a` and `b` are finite and above 0.
   */
  beta(a: number, b: number): number {
    // G_a / (G_a + G_b) with the gammas kept as logarithms, because both may underflow to 0.
    const logRatio = this.#logGamma(b) - this.#logGamma(a);
    return 1 / (1 + Math.exp(logRatio));
  }

  /** The integers 0 .. n-1 in uniformly random order (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    // A loop: `Int32Array.from` would take longer than all the draws.
    for (let i = 0; i < n; i++) order[i] = i;
    for (let last = n - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      const moved = order[last]!;
      order[last] = order[chosen]!;
      order[chosen] = moved;
    }
    return order;
  }

  /**
   * The logarithm of a Gamma(shape) variate: Marsaglia and Tsang, "A simple method for generating gamma variables"
   * (2000), with their own step from shape + 1 down to shape < 1, G(shape) = G(shape + 1) * U^(1 / shape).
   */
  #logGamma(shape: number): number {
    // Below 1e-300 the logarithm itself would overflow.
    if (!Number.isFinite(shape) || shape < 1e-300) {
      throw new Error(`gamma and beta: expected a finite shape above 0 (at least 1e-300), got ${shape}`);
    }
    if (shape < 1) {
      return this.#logGamma(shape + 1) + Math.log(1 - this.uniform()) / shape;
    }
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const logV = 3 * Math.log(root);
      if (Math.log(1 - this.uniform()) < 0.5 * x * x + d * (1 - root ** 3 + logV)) return Math.log(d) + logV;
    }
  }
}
