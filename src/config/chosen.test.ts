import { describe, expect, it } from 'vitest';
import { choicesMade, withChoices } from './chosen.ts';
import { ConfigError, parseConfig, type TrainConfigInput } from './config.ts';

const chosen = (length: number, side: number, given: TrainConfigInput = {}) =>
  withChoices(parseConfig(given), { length, height: side, width: side });

describe('what a configuration leaves open', () => {
  it.each([
    // Pictures, side, weights: 18 steps of 16 an epoch, 600 of them 33 epochs; 0.4 of 0.1 * 16 / 64.
    [300, 224, 'w.safetensors', 'resnet18', 16, 32, 0.01, 1.6, 10],
    // 19 steps an epoch; 3,000 steps would be 158 epochs.
    [300, 224, undefined, 'resnet18', 16, 158, 0.025, 7.9, 1],
    [50_000, 32, undefined, 'resnet20', 64, 10, 0.1, 0.5, 1],
    [4000, 64, undefined, 'resnet20', 64, 48, 0.1, 2.4, 1],
    // 5 steps an epoch.
    [40, 65, undefined, 'resnet18', 8, 200, 0.013, 10, 1],
  ])('follows from %d pictures of %d pixels and weights %s', (...row) => {
    const [length, side, weights, model, batchSize, epochs, learningRate, warmupEpochs, head] = row;
    const config = chosen(length, side, weights === undefined ? {} : { weights });
    expect(config).toMatchObject({ model, batchSize, epochs, schedule: { name: 'cosine', warmupEpochs } });
    expect(config.optimizer).toMatchObject({ learningRate, headLearningRateMultiplier: head });
  });

  it('is a batch of no more images than there are, and of no fewer than two', () => {
    expect([300, 9, 5, 1].map((length) => chosen(length, 32).batchSize)).toEqual([16, 8, 5, 2]);
  });

  it('counts the images that are trained on', () => {
    expect(chosen(50_000, 32, { limitTrain: 300 })).toMatchObject({ batchSize: 16, epochs: 158 });
  });

  it('is left as it was given, and what is chosen follows from that', () => {
    const given = { model: 'resnet8', batchSize: 32, epochs: 7, optimizer: 'adamw', schedule: 'constant' };
    const config = chosen(1000, 32, given);
    expect(config).toMatchObject({ ...given, optimizer: { learningRate: 5e-4 }, schedule: { name: 'constant' } });
    expect(chosen(1000, 32, { optimizer: 'sgd:learningRate=0.3' }).optimizer.learningRate).toBe(0.3);
    expect(withChoices(config, { length: 9, height: 300, width: 300 })).toEqual(config);
  });

  it('is told as it would have been typed', () => {
    const given = parseConfig({ epochs: 7 });
    expect(choicesMade(given, withChoices(given, { length: 300, height: 32, width: 32 }))).toEqual([
      'model=resnet20',
      'batchSize=16',
      'optimizer.learningRate=0.025',
      'schedule=cosine:warmupEpochs=0.35',
    ]);
    expect(choicesMade(chosen(9, 9), chosen(9, 9))).toEqual([]);
    const tuned = parseConfig({
      ...given,
      model: 'resnet8',
      batchSize: 8,
      schedule: 'constant',
      weights: 'w.safetensors',
    });
    expect(choicesMade(tuned, withChoices(tuned, { length: 300, height: 32, width: 32 }))).toEqual([
      'optimizer.learningRate=0.005',
      'optimizer.headLearningRateMultiplier=10',
    ]);
  });

  it('refuses what contradicts it', () => {
    expect(() => chosen(1e6, 32, { schedule: 'cosine:warmupEpochs=20' })).toThrow(ConfigError);
  });
});
