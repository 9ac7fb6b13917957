import { describe, expect, it } from 'vitest';
import { smallConfig } from '../../tests/support/small-training.ts';
import { openData } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import { memory, onesLike, scope } from '../torch/index.ts';
import { buildModel, buildOptimizer, buildSchedule, buildTraining } from './build.ts';

describe('the configured schedule', () => {
  it("is the paper's: 0.25, a tenth of it from epoch 150 of 300 on, a hundredth from 225 on", () => {
    const schedule = buildSchedule(smallConfig({ epochs: 300, optimizer: { name: 'sgd', learningRate: 0.25 } }));
    const expected = [0.25, 0.25, 0.025, 0.025, 0.0025].map((rate) => expect.closeTo(rate, 12));
    expect([0, 149, 150, 224, 225].map(schedule)).toEqual(expected);
  });

  it('can warm up, fall as a cosine, or stay', () => {
    const rates = (schedule: Readonly<Record<string, unknown>>) =>
      [0, 1, 5, 10].map(buildSchedule(smallConfig({ epochs: 10, schedule })));
    const near = (values: number[]) => values.map((value) => expect.closeTo(value, 12));
    expect(rates({ name: 'constant', warmupEpochs: 2 })).toEqual(near([0, 0.05, 0.1, 0.1]));
    expect(rates({ name: 'cosine' })).toEqual(near([0.1, 0.05 * (1 + Math.cos(Math.PI / 10)), 0.05, 0]));
  });
});

describe('the configured optimizer', () => {
  it.each([
    [{ name: 'sgd', momentum: 0, nesterov: false } as const, 'vgg16-gap', /^(fc|conv6)\./],
    [{ name: 'adamw' } as const, 'resnet8', /^fc\./],
  ])('%j moves of %s what published weights do not have at a multiple of the learning rate', (name, network, isNew) => {
    const config = smallConfig({ optimizer: { ...name, headLearningRateMultiplier: 8, weightDecay: 0 } });
    const model = createModel(network, { classes: 2 });
    scope(() => {
      const parameters = model.namedParameters();
      const before = new Map([...parameters].map(([key, value]) => [key, value.detach().clone()]));
      for (const parameter of parameters.values()) parameter.grad = onesLike(parameter);
      buildOptimizer(config, model).step(0.125);
      for (const [key, value] of parameters) {
        const distance = before.get(key)!.sub(value.detach()).mean().item();
        expect(distance, key).toBeCloseTo(isNew.test(key) ? 1 : 0.125, 4);
      }
    });
    model.dispose();
  });
});

describe('layer-wise decay', () => {
  it.each([
    [
      'sgd',
      'resnet8',
      { momentum: 0, nesterov: false },
      2,
      { conv1: 0.0625, layer1: 0.125, layer2: 0.25, layer3: 0.5 },
    ],
    ['adamw', 'vit-s16:pictures=32', {}, 1, { cls_token: 0.5 ** 13, patch_embed: 0.5 ** 13, 'blocks.0': 0.5 ** 12, 'blocks.11': 0.5, norm: 0.5 }], // biome-ignore format: a case
    [
      'sgd',
      'vgg16-gap',
      { momentum: 0, nesterov: false },
      4,
      { 'features.0': 2 ** -5, 'features.5': 2 ** -4, conv6: 4 },
    ],
  ] as const)('moves each stage of %s on %s half as fast as the next, the head at its own rate', (...of) => {
    const [name, network, options, head, expected] = of;
    const config = smallConfig({
      optimizer: { name, ...options, layerDecay: 0.5, headLearningRateMultiplier: head, weightDecay: 0 },
    });
    const model = createModel(network, { classes: 2 });
    scope(() => {
      const parameters = [...model.namedParameters()];
      const before = new Map(parameters.map(([key, value]) => [key, value.detach().clone()]));
      for (const [, parameter] of parameters) parameter.grad = onesLike(parameter);
      buildOptimizer(config, model).step(0.125);
      for (const [part, multiple] of Object.entries({ ...expected, fc: head })) {
        for (const [key, value] of parameters.filter(([key]) => key === part || key.startsWith(`${part}.`))) {
          const distance = before.get(key)!.sub(value.detach()).mean({ dtype: 'float64' }).item();
          expect(distance / (0.125 * multiple), key).toBeCloseTo(1, 1);
        }
      }
    });
    model.dispose();
  });
});

describe('what a configuration names', () => {
  it('draws the weights from the seed alone, and frees them when it is closed', async () => {
    const before = memory().tensors;
    const { train } = await openData(smallConfig().data);
    const weights = (seed: number, channelsLast: boolean) =>
      scope(() => {
        const model = buildModel(smallConfig({ seed, channelsLast }), train);
        const values = [...model.stateDict()].map(([name, tensor]) => `${name} ${tensor.data()}`);
        model.dispose();
        return values;
      });
    expect(weights(1, true)).toEqual(weights(1, false));
    expect(weights(1, true)).not.toEqual(weights(2, true));
    const { trainLoader, validationLoader, close } = await buildTraining(smallConfig({ limitTrain: 20 }));
    expect([trainLoader.set.length, trainLoader.stepsPerEpoch, validationLoader.stepsPerEpoch]).toEqual([20, 2, 1]);
    await close();
    expect(memory().tensors).toBe(before);
  });

  it.each([
    { mix: 'my-own' },
    { regularize: ['my-own'] },
    { optimizer: { name: 'my-own' } },
    { schedule: { name: 'my-own' } },
    { model: 'my-own' },
    { data: 'my-own' },
  ])('says how a definition that is not there may be: %o', async (keys) => {
    const building = async () => buildTraining(smallConfig(keys));
    await expect(building).rejects.toThrow(
      /'my-own'.*one of your own by --import|one of your own by --import.*'my-own'/,
    );
  });

  it('names the nearest network for one that is not there', async () => {
    await expect(buildTraining(smallConfig({ model: 'resnt20' }))).rejects.toThrow(
      /--model: unknown network 'resnt20'; did you mean 'resnet20'\? Valid: .*resnet50/,
    );
  });
});
