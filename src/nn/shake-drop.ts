import { checkChoice, checkKnownOptions, checkProbability, methodText } from '../mix/index.ts';
import { empty, emptyLike, type Tensor } from '../torch/index.ts';
import { type Regularizer, ResidualGate } from './regularizer.ts';
import type { StepContext } from './step-context.ts';
import { linearDecay } from './stochastic-depth.ts';

/** The smallest and the largest value of a uniform draw. */
export type FactorRange = readonly [number, number];

export interface ShakeDropOptions {
  /** Chance of the last block to be left as it is, 0 .. 1; earlier ones have proportionally more. Default 0.5. */
  p?: number;
  /** Range of the factor of a shaken branch forward. Default [-1, 1]. */
  alpha?: FactorRange;
  /** Range of the factor of its gradient. Default [0, 1]. */
  beta?: FactorRange;
  /** What has one alpha and one beta of its own. Default `sample`. */
  granularity?: 'batch' | 'sample' | 'pixel';
}

/**
 * A tensor for factors of a residual branch, which broadcasts to it; float32, since bfloat16 is too coarse for a draw, and
 * on the CPU, where the generator is.
 */
const factorsFor: Record<NonNullable<ShakeDropOptions['granularity']>, (residual: Tensor) => Tensor> = {
  batch: () => empty([1]),
  sample: ({ shape }) => empty(shape.map((side, dimension) => (dimension === 0 ? side : 1))),
  pixel: (residual) => emptyLike(residual.detach(), { dtype: 'float32', device: 'cpu' }),
};

/**
 * ShakeDrop (Yamada et al. 2019, ShakeDrop Regularization for Deep Residual Learning): the residual branch F of block l
 * of L counts (b + alpha - b alpha) F forward, its gradient (b + beta - b beta), with a gate b that is 1 with
 * p_l = 1 - l / L * (1 - p); in evaluation it counts the expectation, p_l F with the default alpha.
 *
 * The CutMix paper gives no settings: p, alpha and beta are those of the ShakeDrop paper. The gate is one for the batch
 * at every granularity, as in the authors' code and in the widely used PyTorch one (owruby/shake-drop_pytorch). For
 * alpha and beta the authors take one of each per pixel, the PyTorch code one per sample; that is the default here, since
 * CutMix + ShakeDrop was reproduced with it (ildoonet/cutmix) and it costs next to nothing.
 *
 * @throws where an option is unknown or out of range
 */
export function shakeDrop(
  { p = 0.5, alpha = [-1, 1], beta = [0, 1], granularity = 'sample', ...unknown }: ShakeDropOptions,
  step: StepContext,
): Regularizer {
  const name = 'shakedrop';
  checkKnownOptions(name, unknown, ['p', 'alpha', 'beta', 'granularity']);
  checkProbability(name, 'p', p);
  checkRange(name, 'alpha', alpha);
  checkRange(name, 'beta', beta);
  checkChoice(name, 'granularity', granularity, Object.keys(factorsFor));
  return {
    name,
    text: methodText(name, { p, alpha, beta, granularity }),
    onResidual: (index, count) => new ShakeDropGate(linearDecay(p, index, count), { alpha, beta, granularity }, step),
  };
}

function checkRange(name: string, option: string, range: unknown): void {
  const [low, high, ...more] = Array.isArray(range) ? range : [];
  if (Number.isFinite(low) && Number.isFinite(high) && low <= high && more.length === 0) return;
  const got = Array.isArray(range) ? range.join('/') : range;
  throw new Error(`${name}: expected ${option} to be a range, lowest/highest as in -1/1, got ${got}`);
}

class ShakeDropGate extends ResidualGate {
  readonly #survival: number;
  readonly #options: Required<Omit<ShakeDropOptions, 'p'>>;
  readonly #step: StepContext;

  constructor(survival: number, options: Required<Omit<ShakeDropOptions, 'p'>>, step: StepContext) {
    super();
    this.#survival = survival;
    this.#options = options;
    this.#step = step;
  }

  add(shortcut: Tensor, branch: () => Tensor): Tensor {
    const residual = branch();
    const { alpha, beta } = this.#options;
    if (!this.training) {
      const expected = this.#survival + (1 - this.#survival) * ((alpha[0] + alpha[1]) / 2);
      return shortcut.add(residual, { alpha: expected });
    }
    if (this.#step.random.uniform() < this.#survival) return shortcut.add(residual);
    const forward = this.#draw(alpha, residual);
    const backward = this.#draw(beta, residual);
    // beta F + (alpha - beta) F is alpha F, and only the first term passes a gradient on.
    const shaken = residual.mul(backward).addcmul_(residual.detach(), forward.sub(backward));
    return shaken.add(shortcut);
  }

  #draw([from, to]: FactorRange, residual: Tensor): Tensor {
    const factors = factorsFor[this.#options.granularity](residual);
    const { dtype, device } = residual;
    return factors.uniform_({ from, to, generator: this.#step.generator }).to({ dtype, device });
  }

  override describe(): string {
    return `p ${this.#survival}`;
  }
}
