import { GroupedOptimizer, optimizers, type Update } from 'patchwork/optim';
import { define, number, option } from 'patchwork/options';
import type { Tensor } from 'patchwork/torch';

/** Goes down by the sign of the gradient alone (Bernstein et al. 2018, signSGD). */
class SignDescent extends GroupedOptimizer<never> {
  constructor(parameters: ReadonlyMap<string, Tensor>) {
    super(parameters, { name: 'SignDescent', slots: [], countsSteps: false, weightDecay: 0 });
  }

  protected update({ parameters, gradients, learningRate }: Update<never>): void {
    parameters.forEach((parameter, n) => {
      parameter.sub_(gradients[n]!.sign().mul(learningRate));
    });
  }
}

optimizers.add(
  define({
    name: 'sign-descent',
    description: 'the sign of the gradient, times the learning rate',
    options: {
      learningRate: option(number({ above: 0 }), { default: 1e-3, description: 'peak learning rate' }),
    },
    make: (_, parameters: ReadonlyMap<string, Tensor>) => new SignDescent(parameters),
  }),
);
