import { describe, expect, it } from 'vitest';
import { largestDifference, numbers } from '../../tests/support/numbers.ts';
import { Module, type Regularizer, ResidualGate } from '../nn/index.ts';
import { avgPool2d, batchNorm, conv2d, linear, noGrad, type Tensor, tensor, zeros } from '../torch/index.ts';
import { PyramidNet, stageGrids } from './index.ts';
import { pyramidPlanes } from './pyramidnet.ts';

describe('the width', () => {
  it('grows evenly from 16, as in the paper: depth 200 and alpha 240 from 20 to 256', () => {
    const planes = pyramidPlanes(66, 240);
    expect(planes.slice(0, 4)).toEqual([20, 23, 27, 31]);
    expect(planes.at(-1)).toBe(256);
  });

  it("rounds halves to the even number, as Python's round does", () => {
    expect(pyramidPlanes(6, 3)).toEqual([16, 17, 18, 18, 18, 19]);
  });
});

/** A second, plain way to compute the network in evaluation, from the names of its state alone. */
function plainForward(state: Map<string, Tensor>, images: Tensor, blocks: readonly string[]): Tensor {
  const get = (name: string) => state.get(name)!;
  const normal = (name: string, map: Tensor) => {
    const mean = get(`${name}.running_mean`);
    const variance = get(`${name}.running_var`);
    return batchNorm(map, get(`${name}.weight`), get(`${name}.bias`), mean, variance, false, 0.1, 1e-5, false);
  };
  const convolve = (name: string, map: Tensor, stride = 1) =>
    conv2d(map, get(`${name}.weight`), { padding: (get(`${name}.weight`).shape[2]! - 1) / 2, stride });
  let map = normal('bn1', convolve('conv1', images));
  for (const block of blocks) {
    const stride = /layer[23]\.0/.test(block) ? 2 : 1;
    const bottleneck = state.has(`${block}.conv3.weight`);
    let branch = convolve(`${block}.conv1`, normal(`${block}.bn1`, map), bottleneck ? 1 : stride);
    branch = convolve(`${block}.conv2`, normal(`${block}.bn2`, branch).relu(), bottleneck ? stride : 1);
    branch = normal(`${block}.bn3`, branch);
    if (bottleneck) branch = normal(`${block}.bn4`, convolve(`${block}.conv3`, branch.relu()));
    const shortcut = stride === 1 ? map : avgPool2d(map, 2, { stride: 2, ceilMode: true });
    const [n, channels = 0, height, width] = branch.shape as [number, number, number, number];
    const wide = zeros([n, channels, height, width], { dtype: 'float64' });
    wide.narrow(1, 0, shortcut.shape[1]!).copy_(shortcut);
    map = branch.add(wide);
  }
  const features = normal('bn_final', map).relu().mean([2, 3]);
  return linear(features, get('fc.weight'), { bias: get('fc.bias') });
}

describe.each(['bottleneck', 'basic'] as const)('a network of %s blocks', (block) => {
  it('computes what its paper says, on odd sizes too', () => {
    const model = new PyramidNet({ depth: block === 'basic' ? 14 : 20, alpha: 9, classes: 5, block });
    model.to({ dtype: 'float64' });
    noGrad(() => {
      const images = tensor(numbers(2 * 3 * 7 * 11, 1), { shape: [2, 3, 7, 11], dtype: 'float64' });
      model.train().forward(images); // so that running statistics are not those of a new network
      const expected = plainForward(
        model.stateDict(),
        images,
        [1, 2, 3].flatMap((stage) => [`layer${stage}.0`, `layer${stage}.1`]),
      );
      const logits = model.eval().forward(images);
      expect(largestDifference(logits.data() as Float64Array, expected.data() as Float64Array)).toBeLessThan(1e-12);
    });
  });
});

class Halved extends ResidualGate {
  add(shortcut: Tensor, branch: () => Tensor): Tensor {
    return shortcut.add(branch().mul(0.5));
  }
}

class Counted extends Module {
  calls = 0;
  forward(map: Tensor): Tensor {
    this.calls++;
    return map;
  }
}

describe('regularizers', () => {
  const images = tensor(Float32Array.from(numbers(3 * 8 * 8, 2)), { shape: [1, 3, 8, 8] });

  it('are asked for every block in order, and their gate decides on the branch', () => {
    const asked: string[] = [];
    const halving: Regularizer = {
      name: 'halving',
      text: 'halving',
      onResidual: (index, count) => {
        asked.push(`${index}/${count}`);
        return new Halved();
      },
    };
    const halved = new PyramidNet({ depth: 11, alpha: 6, classes: 4, regularize: [halving] }).eval();
    const plain = new PyramidNet({ depth: 11, alpha: 6, classes: 4 }).eval();
    expect(asked).toEqual(['1/3', '2/3', '3/3']);
    expect([...halved.stateDict().keys()]).toEqual([...plain.stateDict().keys()]);
    // Half the scale and shift of a branch's last normalization is half the branch.
    noGrad(() => {
      for (const [name, value] of plain.stateDict()) if (/bn4\.(weight|bias)/.test(name)) value.mul_(0.5);
      const [a, b] = [halved, plain].map((model) => Array.from(model.forward(images).data(), Number));
      expect(largestDifference(a!, b!)).toBeLessThan(1e-6);
    });
  });

  it('see the maps after the three convolutions and on the shortcut of each block, and the features', () => {
    const maps = [new Counted(), new Counted(), new Counted()];
    const features = new Counted();
    const counting: Regularizer = {
      name: 'counting',
      text: 'counting',
      onMap: (stage) => maps[stage - 1]!,
      onFeatures: () => features,
    };
    const model = new PyramidNet({ depth: 20, alpha: 6, classes: 4, regularize: [counting] });
    noGrad(() => model.eval().forward(images));
    expect([...maps, features].map(({ calls }) => calls)).toEqual([8, 8, 8, 1]);
  });
});

describe('stageGrids', () => {
  it('leaves training on and running statistics as they were', () => {
    const model = new PyramidNet({ depth: 11, alpha: 6, classes: 4, channels: 1 });
    const grids = stageGrids(model, { channels: 1, height: 5, width: 8 });
    expect(grids.map(({ height, width }) => [height, width])).toEqual([
      [5, 8],
      [5, 8],
      [5, 8],
      [3, 4],
      [2, 2],
    ]);
    expect(model.stages.every(({ training }) => training)).toBe(true);
    expect(model.stateDict().get('bn1.num_batches_tracked')!.item()).toBe(0);
  });
});
