/** What a task learns, what it is given and what it says fit together, or do not compile. */
import { createLoader, type Dataset, dataset, type Loader } from '../../src/data/index.ts';
import { type Linear, Module } from '../../src/nn/index.ts';
import { constant, SGD } from '../../src/optim/index.ts';
import { classify, type Meter, type Task } from '../../src/tasks/index.ts';
import { type Tensor, tensor } from '../../src/torch/index.ts';
import { type FitOptions, fit } from '../../src/train/index.ts';
import { type Equal, given, same } from './expect.ts';

declare const numbers: Loader<number>;
declare const texts: Loader<string>;
declare const either: Loader<number | string>;
declare const images: Uint8Array;

interface Input {
  images: Tensor;
  ages: Tensor;
}
declare const model: Linear;
declare const ages: Task<number, Input, { age: Tensor }>;
const common = { optimizer: new SGD(model.namedParameters(), {}), schedule: constant(0.1), epochs: 1, run: 'run' };

await fit({ task: ages, train: numbers, validation: numbers, ...common });
await fit({ task: ages, train: numbers, validation: numbers, test: () => numbers, ...common });
// @ts-expect-error learns from texts
await fit({ task: ages, train: texts, validation: numbers, ...common });
// @ts-expect-error is measured on texts
await fit({ task: ages, train: numbers, validation: texts, ...common });
// @ts-expect-error is measured on texts in the end
await fit({ task: ages, train: numbers, validation: numbers, test: () => texts, ...common });
// @ts-expect-error learns from numbers and texts
await fit({ task: ages, train: either, validation: numbers, ...common });
// @ts-expect-error no epochs
await fit({ task: ages, train: numbers, validation: numbers, ...common, epochs: undefined });

// Of a task that is written where it is used, the targets are the loaders', and the input is what it prepares.
await fit({
  task: {
    model,
    goal: { score: 'error', better: 'lower' },
    prepare(batch) {
      same<Equal<typeof batch.targets, readonly number[]>>();
      return { half: tensor(batch.targets.map((target) => target / 2)) };
    },
    loss(input) {
      same<Equal<typeof input, { half: Tensor }>>();
      return { loss: input.half.mean() };
    },
    predict: ({ half }) => [half],
    meter: () => ({
      add(input, output) {
        same<Equal<typeof input, { half: Tensor }>>();
        same<Equal<typeof output, Tensor[]>>();
      },
      merge() {},
      state: () => null,
      result: () => ({ error: 0 }),
    }),
  },
  train: numbers,
  validation: numbers,
  ...common,
});

same<Equal<FitOptions<string, Input, Tensor>['train'], Loader<string>>>();
declare const textMeter: Meter<Input, string>;
// @ts-expect-error a meter of other outputs
given<Task<number, Input, { age: Tensor }>>({ ...ages, meter: () => textMeter });
// @ts-expect-error a loss that is a number
given<Task<number, Input, { age: Tensor }>>({ ...ages, loss: () => ({ loss: 3 }) });
// @ts-expect-error another input than the loss takes
given<Task<number, Input, { age: Tensor }>>({ ...ages, prepare: () => tensor(1) });

const labeled = dataset({ images, height: 8, classes: ['cat', 'dog'], labels: [0, 1] });
same<Equal<ReturnType<typeof labeled.target>, number | Promise<number>>>();
const read = dataset({ pictures: ['cat.jpg'], target: async (index) => `sentence ${index}` });
given<Dataset<string>>(read);
same<Equal<ReturnType<typeof createLoader<string>>, Loader<string>>>();
const loader = createLoader(read, { batchSize: 2, shuffle: true, seed: 0 });
same<Equal<typeof loader, Loader<string>>>();
// @ts-expect-error neither images, pictures nor draw
dataset({ height: 8, target: () => 3 });
// @ts-expect-error learns classes, and there are sentences
await fit({ task: classify({} as never, labeled), train: loader, validation: loader, ...common });

class Attend extends Module<[query: Tensor, keys: Tensor], { context: Tensor; weights: Tensor }> {
  forward(query: Tensor, keys: Tensor) {
    const weights = query.matmul(keys);
    return { context: weights.matmul(keys), weights };
  }
}
declare const attend: Attend;
const attended = attend.forward(tensor(1), tensor(2));
same<Equal<typeof attended, { context: Tensor; weights: Tensor }>>();
// @ts-expect-error the keys are missing
attend.forward(tensor(1));
export class Half extends Module {
  // @ts-expect-error says a number
  forward(input: Tensor): number {
    return input.size / 2;
  }
}
same<Equal<ReturnType<Linear['forward']>, Tensor>>();
