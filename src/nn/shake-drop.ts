import {
  choice,
  define,
  type Kind,
  kind,
  methodText,
  number,
  type OptionsOf,
  option,
  type ResolvedOptions,
} from '../options/index.ts';
import { empty, emptyLike, type Tensor } from '../torch/index.ts';
import { type Regularizer, ResidualGate } from './regularizer.ts';
import type { StepContext } from './step-context.ts';
import { linearDecay } from './stochastic-depth.ts';

/** The smallest and the largest value of a uniform draw. */
export type FactorRange = readonly [number, number];

type Granularity = 'batch' | 'sample' | 'pixel';

/**
 * A tensor for factors of a residual branch, which broadcasts to it; float32, since bfloat16 is too coarse for a draw, and
 * on the CPU, where the generator is.
 */
const factorsFor: Record<Granularity, (residual: Tensor) => Tensor> = {
  batch: () => empty([1]),
  sample: ({ shape }) => empty(shape.map((side, dimension) => (dimension === 0 ? side : 1))),
  pixel: (residual) => emptyLike(residual.detach(), { dtype: 'float32', device: 'cpu' }),
};

const range: Kind<FactorRange> = kind(
  'a range, lowest/highest as in -1/1',
  { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] <= value[1],
);

const options = {
  p: option(number({ min: 0, max: 1 }), {
    default: 0.5,
    description: 'chance of the last block to be left as it is; earlier ones have proportionally more',
  }),
  alpha: option(range, { default: [-1, 1], description: 'range of the factor of a shaken branch forward' }),
  beta: option(range, { default: [0, 1], description: 'range of the factor of its gradient' }),
  granularity: option(choice(Object.keys(factorsFor) as Granularity[]), {
    default: 'sample',
    description: 'what has one alpha and one beta of its own',
  }),
};

export type ShakeDropOptions = OptionsOf<typeof options>;
type Resolved = ResolvedOptions<typeof options>;

export const shakeDropMethod = define({
  name: 'shakedrop',
  description: 'residual branches are scaled at random, their gradients by other factors',
  options,
  make: (resolved: Resolved, step: StepContext): Regularizer => ({
    name: 'shakedrop',
    text: methodText('shakedrop', resolved),
    onResidual: (index, count) => new ShakeDropGate(linearDecay(resolved.p, index, count), resolved, step),
  }),
});

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
export function shakeDrop(given: ShakeDropOptions, step: StepContext): Regularizer {
  return shakeDropMethod.make(given, step);
}

class ShakeDropGate extends ResidualGate {
  readonly #survival: number;
  readonly #options: Omit<Resolved, 'p'>;
  readonly #step: StepContext;

  constructor(survival: number, options: Omit<Resolved, 'p'>, step: StepContext) {
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
