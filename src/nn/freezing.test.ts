import { describe, expect, it } from 'vitest';
import { gradcheck, leafOf } from '../../tests/support/gradcheck.ts';
import { Generator, type Tensor } from '../torch/index.ts';
import { BatchNorm2d, Conv2d, GlobalAvgPool2d, Linear, Sequential } from './index.ts';

const network = () =>
  new Sequential(
    new Sequential(new Conv2d(2, 3, 3), new BatchNorm2d(3)),
    new GlobalAvgPool2d(),
    new Linear(3, 2),
  ).initialize(new Generator(1));
const learning = (made: Sequential) => made.parameters().map(({ requiresGrad }) => requiresGrad);
const valuesOf = (given: Tensor) => Array.from(given.data(), Number);
const batch = () => leafOf([4, 2, 5, 5], 3).to({ dtype: 'float32' });

describe('requiresGrad_', () => {
  it('freezes a part, and has it learn again', () => {
    const made = network();
    const part = made.parts[0]!;
    expect(part.requiresGrad_(false)).toBe(part);
    expect(learning(made)).toEqual([false, false, false, true, true]);
    made.forward(batch()).sum().backward();
    expect(made.parameters().map(({ grad }) => grad !== null)).toEqual([false, false, false, true, true]);
    expect(made.requiresGrad_().parameterCount).toBe(54 + 6 + 8);
    expect(learning(made)).toEqual(Array(5).fill(true));
    made.forward(batch()).sum().backward();
    expect(made.parameters().every(({ grad }) => grad !== null)).toBe(true);
  });

  it('stays through a change of type and a loaded state', () => {
    const made = network().requiresGrad_(false).to({ dtype: 'float64', memoryFormat: 'channels_last' });
    made.loadStateDict(network().stateDict());
    expect(learning(made)).toEqual(Array(5).fill(false));
  });

  it('lets gradients through a frozen batch normalization, the same as through one that learns', () => {
    const made = new BatchNorm2d(2).to({ dtype: 'float64' });
    const gradients = [true, false].map((learns) => {
      const input = leafOf([3, 2, 2, 2], 1);
      made
        .requiresGrad_(learns)
        .forward(input)
        .square()
        .mul(leafOf([3, 2, 2, 2], 2))
        .sum()
        .backward();
      return valuesOf(input.grad!);
    });
    expect(gradients[1]).toEqual(gradients[0]);
    expect(gradcheck((input) => made.forward(input), [leafOf([3, 2, 2, 2], 1)])).toBeLessThan(1e-7);
  });

  it("leaves a frozen batch normalization's running statistics to follow the batches until it is in evaluation", () => {
    const [learns, frozen, still] = [network(), network(), network()];
    frozen.parts[0]!.requiresGrad_(false);
    still.parts[0]!.requiresGrad_(false).eval();
    const statistics = [learns, frozen, still].map((made) => {
      made.forward(batch());
      return [...made.namedBuffers().values()].map(valuesOf);
    });
    expect(statistics[1]).toEqual(statistics[0]);
    expect(statistics[1]![2]).toEqual([1]);
    expect(statistics[2]).toEqual([[0, 0, 0], [1, 1, 1], [0]]); // biome-ignore format: a list
  });
});

describe('train', () => {
  it('asks each part, so that a class may keep its own in evaluation', () => {
    class Still extends Sequential {
      override train(): this {
        return super.train(false);
      }
    }
    const made = new Sequential(new Still(new BatchNorm2d(1)), new BatchNorm2d(1)).train();
    expect([...made.modules().values()].map(({ training }) => training)).toEqual([true, false, false, true]);
    expect([...made.eval().modules().values()].some(({ training }) => training)).toBe(false);
  });
});
