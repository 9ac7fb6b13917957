import { choice, define, methodText, number, type OptionsOf, option } from '../options/index.ts';
import { empty, type Tensor } from '../torch/index.ts';
import { type Regularizer, ResidualGate } from './regularizer.ts';
import type { StepContext } from './step-context.ts';

const options = {
  rate: option(number({ min: 0, max: 1 }), {
    default: 0.25,
    description: 'chance of the last block to be dropped; earlier ones have proportionally less',
  }),
  granularity: option(choice(['batch', 'sample']), {
    default: 'batch',
    description:
      "one gate a block for the whole batch (the paper), which saves a dropped block's time, or one a sample",
  }),
  rule: option(choice(['paper', 'drop-path']), {
    default: 'paper',
    description:
      "paper: from rate / blocks at the first block, evaluation counts a branch by its share; drop-path, timm's: from 0 at " +
      'the first, training counts what is kept for what is dropped, as published weights of ConvNeXt and ViT need it',
  }),
};

export type StochasticDepthOptions = OptionsOf<typeof options>;

export const stochasticDepthMethod = define({
  name: 'stochastic-depth',
  description: 'residual branches are left out, later ones more often',
  options,
  make: ({ rate, granularity, rule }, step: StepContext): Regularizer => {
    const Gate = granularity === 'batch' ? BatchGate : SampleGate;
    const survivalOf = rule === 'paper' ? linearDecay : linearDecayFromOne;
    return {
      name: 'stochastic-depth',
      // The rule of before stays unnamed, so that runs of before are still found by their texts.
      text: methodText('stochastic-depth', { rate, granularity, ...(rule === 'paper' ? {} : { rule }) }),
      onResidual: (index, count) => new Gate(survivalOf(1 - rate, index, count), rule === 'drop-path', step),
    };
  },
});

/**
 * Stochastic depth (Huang et al. 2016): in training the residual branch of block l of L is dropped with l / L * rate; in
 * evaluation it counts as much as it survived. As in the authors' code nothing is rescaled in training. The CutMix paper
 * says "drop rate 0.25"; read here as the last block's under that linear decay, the authors' rule.
 *
 * The rule `drop-path` is timm's DropPath: block l is dropped with (l - 1) / (L - 1) * rate, a branch that is kept counts
 * 1 / survival in training and as it is in evaluation. Weights that were trained so compute what they did.
 *
 * @throws where an option is unknown or out of range
 */
export function stochasticDepth(given: StochasticDepthOptions, step: StepContext): Regularizer {
  return stochasticDepthMethod.make(given, step);
}

/** The chance of block `index`, 1 .. `count`, to survive where the last one's is `last`. */
export function linearDecay(last: number, index: number, count: number): number {
  return 1 - (index / count) * (1 - last);
}

/** As {@link linearDecay}, but 1 for the first block. */
function linearDecayFromOne(last: number, index: number, count: number): number {
  return linearDecay(last, index - 1, Math.max(count - 1, 1));
}

abstract class SurvivalGate extends ResidualGate {
  protected readonly survival: number;
  protected readonly step: StepContext;
  /** What a kept branch counts in training, and any branch in evaluation. */
  protected readonly kept: number;
  readonly #expected: number;

  constructor(survival: number, rescales: boolean, step: StepContext) {
    super();
    this.survival = survival;
    this.step = step;
    this.kept = rescales && survival > 0 ? 1 / survival : 1;
    this.#expected = rescales ? 1 : survival;
  }

  add(shortcut: Tensor, branch: () => Tensor): Tensor {
    if (!this.training) return shortcut.add(branch(), { alpha: this.#expected });
    return this.addInTraining(shortcut, branch);
  }

  protected abstract addInTraining(shortcut: Tensor, branch: () => Tensor): Tensor;

  override describe(): string {
    return `survival ${this.survival}`;
  }
}

class BatchGate extends SurvivalGate {
  protected addInTraining(shortcut: Tensor, branch: () => Tensor): Tensor {
    return this.step.random.uniform() < this.survival ? shortcut.add(branch(), { alpha: this.kept }) : shortcut;
  }
}

class SampleGate extends SurvivalGate {
  protected addInTraining(shortcut: Tensor, branch: () => Tensor): Tensor {
    const residual = branch();
    const perSample = residual.shape.map((side, dimension) => (dimension === 0 ? side : 1));
    const { dtype, device } = residual;
    const gates = empty(perSample, { dtype }).bernoulli_({ p: this.survival, generator: this.step.generator });
    return shortcut.addcmul(residual, gates.to({ device }), { value: this.kept });
  }
}
