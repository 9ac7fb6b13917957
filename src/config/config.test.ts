import { describe, expect, it } from 'vitest';
import { configSchema, parseConfig, type TrainConfigInput } from './config.ts';

function problemOf(value: unknown): string {
  try {
    parseConfig(value);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('the training configuration', () => {
  it('leaves what depends on the data to be chosen; all else is the CIFAR recipe of the paper', () => {
    expect(parseConfig({})).toEqual({
      data: 'shapes',
      model: 'auto',
      mix: 'none',
      seed: 0,
      precision: 'auto',
      optimizer: {
        name: 'sgd',
        momentum: 0.9,
        nesterov: true,
        weightDecay: 1e-4,
      },
      labelSmoothing: 0,
      classWeights: 'none',
      regularize: [],
      weightsHead: 'auto',
      normalization: {},
      augment: { padding: 4, flip: true, color: false },
      onBadImage: 'fail',
      allowSkipped: false,
      limitPixels: 100_000_000,
      cache: false,
      channelsLast: true,
      workers: 1,
      checkpointMinutes: 5,
    });
  });

  it('reads its own output back unchanged, as resuming needs', () => {
    const input: TrainConfigInput = { optimizer: { name: 'adamw' }, schedule: { name: 'cosine' }, limitTrain: 100 };
    const config = parseConfig(input);
    expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('gives each optimizer its own keys and defaults', () => {
    expect(parseConfig({ optimizer: { name: 'adamw' } }).optimizer).toEqual({
      name: 'adamw',
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
    });
    expect(problemOf({ optimizer: { name: 'adamw', momentum: 0.9 } })).toMatch(/^optimizer: unknown key 'momentum'/);
  });

  it.each([
    [{ epoch: 3 }, "unknown key 'epoch'; did you mean 'epochs'?"],
    [{ optimizer: { momentun: 0.8 } }, "optimizer: unknown key 'momentun'; did you mean 'momentum'?"],
    [{ augment: { flop: true } }, "augment: unknown key 'flop'; did you mean 'flip'?"],
    [{ precision: 'bf17' }, "precision: unknown value 'bf17'; did you mean 'bf16'?"],
    [{ schedule: { name: 'cosin' } }, "schedule.name: unknown value 'cosin'; did you mean 'cosine'?"],
    [{ mix: 'cutmx' }, "did you mean 'cutmix'?"],
  ])('names the nearest right word for %j', (value, message) => {
    expect(problemOf(value)).toContain(message);
  });

  it.each([
    [{ batchSize: 1 }, 'batchSize: expected a whole number of at least 2, got 1'],
    [{ batchSize: 0 }, 'batchSize: expected a whole number of at least 2, got 0'],
    [{ epochs: 10.5 }, 'epochs: expected a whole number of at least 1, got 10.5'],
    [{ epochs: '10' }, 'epochs: expected a whole number of at least 1, got "10"'],
    [{ epochs: 1e9 }, 'epochs: expected a whole number of at most 1000000, got 1000000000'],
    [{ batchSize: 2 ** 40 }, 'batchSize: expected a whole number of at most 1000000, got 1099511627776'],
    [{ evalBatchSize: 1e9 }, 'evalBatchSize: expected a whole number of at most 1000000, got 1000000000'],
    [{ threads: 2000 }, 'threads: expected a whole number of at most 1024, got 2000'],
    [{ threads: 2 ** 32 + 1 }, 'threads: expected a whole number of at most 1024, got 4294967297'],
    [{ workers: 1e6 }, 'workers: expected a whole number of at most 256, got 1000000'],
    [{ limitPixels: 1e15 }, 'limitPixels: expected a whole number of at most 1000000000, got 1000000000000000'],
    [{ augment: { padding: 1e9 } }, 'augment.padding: expected a whole number of at most 1024, got 1000000000'],
    [{ seed: null }, 'seed: expected a whole number of at least 0, got null'],
    [{ checkpointMinutes: 0 }, 'checkpointMinutes: expected a number above 0, got 0'],
    [{ labelSmoothing: 1 }, 'labelSmoothing: expected a number from 0 to below 1, got 1'],
    [{ optimizer: 3 }, 'optimizer: expected a mapping, got 3'],
    [{ optimizer: 'sgd:' }, "optimizer: sgd: expected options as name=value,name=value, got '' in ''"],
    [{ optimizer: { learningRate: -1 } }, 'optimizer.learningRate: expected a number above 0, got -1'],
    [{ optimizer: { layerDecay: 1.5 } }, 'optimizer.layerDecay: expected a number above 0 and at most 1, got 1.5'],
    [
      { freeze: 'backbon' },
      'freeze: expected one of none, batch-norm, backbone, or a number of stages of at least 1, got "backbon"',
    ],
    [{ freeze: 0 }, 'freeze: expected one of none, batch-norm, backbone, or a number of stages of at least 1, got 0'],
    [{ freezeEpochs: 2 }, 'freezeEpochs: expected something that is frozen (freeze=backbone), got 2'],
    [
      { freeze: 2, epochs: 3, freezeEpochs: 4 },
      'freezeEpochs: expected at most as many as there are epochs (3), got 4',
    ],
    [
      { normalization: { std: [0] } },
      'normalization.std: expected a list of numbers above 0, one for each channel, got [0]',
    ],
    [
      { normalization: { mean: [124, 116, 104] } },
      'normalization.mean: expected a list of numbers in 0..1, one for each channel, got [124,116,104]',
    ],
    [
      { optimizer: { headLearningRateMultiplier: 0 } },
      'optimizer.headLearningRateMultiplier: expected a number above 0, got 0',
    ],
    [
      { optimizer: { momentum: 0 } },
      'optimizer.momentum: expected a number above 0 with nesterov (or set optimizer.nesterov to false), got 0',
    ],
    [
      { schedule: { milestones: [0.5, 2] } },
      'schedule.milestones: expected fractions between 0 and 1 in rising order, got [0.5,2]',
    ],
    [
      { schedule: { milestones: [0.5, 0.4] } },
      'schedule.milestones: expected fractions between 0 and 1 in rising order, got [0.5,0.4]',
    ],
    [
      { epochs: 10, schedule: { warmupEpochs: 20 } },
      'schedule.warmupEpochs: expected at most as many epochs of warm-up as there are epochs (10), got 20',
    ],
  ])('says for %j what was expected and what came', (value, message) => {
    expect(problemOf(value)).toBe(message);
  });

  it('lists every problem, one a line', () => {
    const problems = problemOf({ epochs: 0, batchSize: 0, color: 1, size: 2 }).split('\n');
    expect(problems).toHaveLength(4);
    expect(problems.filter((problem) => problem.startsWith('unknown key'))).toHaveLength(2);
  });

  it('has a JSON schema in which every key may be left out', () => {
    const schema = configSchema() as { required?: string[]; properties: Record<string, { default?: unknown }> };
    expect(schema.required).toBeUndefined();
    expect(schema.properties.batchSize).toMatchObject({ type: 'integer', minimum: 2 });
    expect(schema.properties.optimizer).toMatchObject({
      anyOf: [{ type: 'string' }, { properties: { name: { const: 'sgd' } } }, { required: ['name'] }],
    });
  });
});
