import { describe, expect, it } from 'vitest';
import { numbers } from '../../tests/support/numbers.ts';
import { crossEntropy, dropBlock, type Regularizer, StepContext, shakeDrop, stochasticDepth } from '../nn/index.ts';
import { stream } from '../random/index.ts';
import { noGrad, scope, tensor } from '../torch/index.ts';
import { createModel, stageGrids, VisionTransformer } from './index.ts';

const small = (options: { depth?: number; pictures?: number; regularize?: readonly Regularizer[] } = {}) =>
  new VisionTransformer({ classes: 5, width: 12, heads: 3, depth: 4, pictures: 64, ...options });
const pixels = (height: number, width: number) =>
  tensor(Float32Array.from(numbers(2 * 3 * height * width, 1)), { shape: [2, 3, height, width] });

describe('a vision transformer', () => {
  it('takes pictures of any sides that 16 divides, and says so of others', () => {
    const model = small().eval();
    for (const [height, width] of [[16, 16], [64, 64], [96, 32]] as const) // biome-ignore format: a list
      expect(noGrad(() => model.forward(pixels(height, width))).shape).toEqual([2, 5]);
    expect(() => model.forward(pixels(64, 40))).toThrow(
      'ViT: expected pictures whose height and width are multiples of 16, got 64 x 40',
    );
    expect(() => createModel('vit-s16:pictures=100', { classes: 2 })).toThrow('multiples of 16, got 100 x 100');
    model.dispose();
  });

  it('shows the patches, the tokens after each quarter of its blocks, and those that enter the last block', () => {
    const last = { height: 4, width: 2 };
    const grids = (depth: number) => stageGrids(small({ depth }), { height: 64, width: 32 });
    expect(grids(12)).toEqual([{ height: 64, width: 32 }, last, last, last, last, last]);
    expect(grids(4).length).toBe(5);
    expect(grids(1).length).toBe(2);
  });

  it('has no place for what acts on maps after a batch normalization', () => {
    expect(() => small({ regularize: [dropBlock({}, new StepContext())] })).toThrow(
      'dropblock: ViT has no place for it',
    );
  });

  it.each<[string, (step: StepContext) => Regularizer]>([
    ['stochastic depth', (step) => stochasticDepth({ rate: 0.5 }, step)],
    ['stochastic depth per sample', (step) => stochasticDepth({ rate: 0.5, granularity: 'sample' }, step)],
    ['shake drop', (step) => shakeDrop({}, step)],
  ])('draws %s from the step alone', (_, make) => {
    const step = new StepContext();
    const model = small({ regularize: [make(step)] });
    const labels = tensor(BigInt64Array.of(0n, 1n));
    const loss = (key: number) =>
      scope(() => {
        step.begin(stream(1, key), 1);
        const entropy = crossEntropy(model.forward(pixels(64, 64)), labels);
        entropy.backward();
        return entropy.item();
      });
    const losses = [1, 2, 3, 4].map(loss);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(new Set(losses).size).toBeGreaterThan(1);
    expect([1, 2, 3, 4].map(loss)).toEqual(losses);
    model.dispose();
  });
});

describe('initial weights', () => {
  const spread = (name: string, path: string): [mean: number, deviation: number] => {
    const model = createModel(name, { classes: 1000, seed: 3 });
    const values = Array.from(model.stateDict().get(path)!.data(), Number);
    model.dispose();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  };

  // timm's rules: N(0, 0.02); PyTorch's default for the patches, U(-1, 1) / sqrt(3 * 16 * 16); He's fan-out by group, U(-1, 1) / sqrt(out).
  it.each([
    ['vit-s16', 'blocks.3.mlp.fc1.weight', 0.02],
    ['vit-s16', 'pos_embed', 0.02],
    ['vit-s16', 'cls_token', 1e-6],
    ['vit-s16', 'patch_embed.proj.weight', 1 / Math.sqrt(3 * 768)],
    ['convnext-tiny', 'stages.2.blocks.4.conv_dw.weight', 0.02],
    ['convnext-tiny', 'fc.weight', 0.02],
    ['mobilenetv3-large', 'blocks.5.1.conv_dw.weight', Math.sqrt(2 / 25)],
    ['mobilenetv3-large', 'blocks.5.1.conv_pw.weight', Math.sqrt(2 / 960)],
    ['efficientnet-b0', 'fc.weight', 1 / Math.sqrt(3 * 1000)],
  ])("of %s's %s spread by its rule", (name, path, deviation) => {
    const [mean, found] = spread(name, path);
    expect(Math.abs(mean)).toBeLessThan(0.2 * deviation);
    expect(Math.abs(found / deviation - 1)).toBeLessThan(path === 'cls_token' ? 0.15 : 0.02);
  });
});
