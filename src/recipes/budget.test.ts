import { describe, expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { openData } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import { recipeConfig } from './budget.ts';
import { budgetDifferences } from './budget-differences.ts';
import { findRows, findTable, tables } from './tables.ts';

const table = findTable('T5');
const [cutmix] = findRows({ ...table, rows: table.rows.filter(({ row }) => row === 'cutmix') });
const data = { data: 'cifar', trainImages: 50_000 };

test('the small budget takes a smaller network, fewer epochs and at most 10,000 images; the full one is the recipe', () => {
  expect(recipeConfig(cutmix!, 'small', data)).toMatchObject({ model: 'resnet20', epochs: 30, limitTrain: 10_000 });
  expect(recipeConfig(cutmix!, 'small', { ...data, trainImages: 96 }).limitTrain).toBeUndefined();
  expect(recipeConfig(cutmix!, 'full', data)).toMatchObject(parseConfig({ ...cutmix!.config, data: 'cifar' }));
});

test('every small network has fewer parameters than what it stands for, but for VGG, of which there is no smaller one', () => {
  const countOf = (name: string) => {
    const model = createModel(name, { classes: 2 });
    const { parameterCount } = model;
    model.dispose();
    return parameterCount;
  };
  const rows = tables.flatMap((one) => findRows(one));
  const pairs = new Map(rows.map((row) => [String(row.config?.model), recipeConfig(row, 'small', data).model]));
  expect(pairs.size).toBe(9);
  for (const [full, small] of pairs) {
    if (full === 'vgg16-gap') expect(small).toBe('vgg16-bn-gap');
    else expect(countOf(small), small).toBeLessThan(countOf(full));
  }
});

test('flags win over the budget, and --set over flags', () => {
  const changes = { flags: { epochs: 2, limitTrain: undefined, model: 'resnet8' }, set: ['model=resnet14'] };
  const config = recipeConfig(cutmix!, 'small', data, changes);
  expect(config).toMatchObject({ epochs: 2, model: 'resnet14', limitTrain: 10_000 });
});

describe('a row that is fine-tuned', () => {
  const table9 = findTable('T9');
  const [resNet] = findRows(table9, ['resnet50']);
  const photos = { data: 'photos', trainImages: 50_000 };
  const weights = { set: ['weights=imagenet/{row}.safetensors'] };

  test('needs weights at the full budget, of which it may have its own', () => {
    expect(() => recipeConfig(resNet!, 'full', photos)).toThrow(
      /resnet50: expected the weights of a network trained on ImageNet, .* got none; give .* --set weights=FILE/,
    );
    const { config } = resNet!;
    expect(recipeConfig(resNet!, 'full', photos, weights)).toEqual(
      parseConfig({ ...config, data: 'photos', weights: 'imagenet/resnet50.safetensors' }),
    );
  });

  test('is trained from scratch at the small budget: a smaller network, all of it at one learning rate, and the table says so', async () => {
    const config = recipeConfig(resNet!, 'small', photos);
    expect(config).toMatchObject({ model: 'resnet18-os16', epochs: 30, batchSize: 64, limitTrain: 10_000 });
    expect(config.optimizer).toMatchObject({ learningRate: 0.1 });
    expect(config.optimizer).not.toHaveProperty('headLearningRateMultiplier');
    const [vgg] = findRows(table9, ['vgg16']);
    const small = recipeConfig(vgg!, 'small', photos);
    expect(small).toMatchObject({
      model: 'vgg16-bn-gap',
      optimizer: { learningRate: 0.01 },
    });
    const source = await openData('shapes:train=64,test=16,size=16');
    const sentences = budgetDifferences(table9, [resNet!], [config], source);
    expect(sentences).toContain('start: from scratch, not from a network trained on ImageNet');
  });

  test("is fine-tuned at the small budget where weights are given: the paper's network, at its learning rates", async () => {
    const config = recipeConfig(resNet!, 'small', photos, weights);
    expect(config).toMatchObject({ model: 'resnet50-os16', epochs: 30, batchSize: 32, limitTrain: 10_000 });
    expect(config.optimizer).toMatchObject({ learningRate: 1e-3, headLearningRateMultiplier: 10 });
    const source = await openData('shapes:train=64,test=16,size=16');
    const sentences = budgetDifferences(table9, [resNet!], [{ ...config, precision: 'fp32' }], source);
    expect(sentences).toEqual([
      'data: shapes, not CUB-200-2011',
      'epochs: 30, not 600',
      'training images: 10,000 drawn by the seed, not all 64',
    ]);
  });
});

test('every change of the training is said once, whatever the rows', async () => {
  const rows = findRows(table, ['cutmix']);
  const source = await openData('shapes:train=64,test=16,size=16');
  const changes = { flags: { limitTrain: 50, precision: 'fp32' } };
  const used = rows.map((row) => recipeConfig(row, 'small', { data: 'shapes', trainImages: 64 }, changes));
  expect(budgetDifferences(table, rows, used, source)).toEqual([
    'data: shapes, not CIFAR-100',
    'network: resnet20, not pyramidnet200-a240',
    'epochs: 30, not 300',
    'learning rate: 0.1, not 0.25',
    'training images: 50 drawn by the seed, not all 64',
  ]);
  const full = rows.map((row) => recipeConfig(row, 'full', data, { flags: { precision: 'fp32' } }));
  const cifar = { ...source, train: { ...source.train, name: 'CIFAR-100' } };
  expect(budgetDifferences(table, rows, full, cifar)).toEqual([]);
});

test.each([
  ['CIFAR-10', 'CIFAR-100', false],
  ['CIFAR-100', 'CIFAR-10', false],
  ['CIFAR-10', 'CIFAR-10', true],
  ['ImageNet', 'imagenet-2012', true],
  ['ImageNet', 'photos', false],
])('of a table of %s, data named %s is the same: %s', async (dataName, name, same) => {
  const source = await openData('shapes:train=64,test=16,size=16');
  const data = { ...source, train: { ...source.train, name } };
  const expected = same ? [] : [`data: ${name}, not ${dataName}`];
  expect(budgetDifferences({ ...table, dataName }, [], [], data)).toEqual(expected);
});
