import { describe, expect, it, test } from 'vitest';
import { buildSchedule, parseConfig, type TrainConfigInput } from '../config/index.ts';
import type { Published } from '../experiments/index.ts';
import { createModel } from '../models/index.ts';
import { budgets, recipeConfig } from './budget.ts';
import { methodNames } from './methods.ts';
import { findRows, findTable, tables } from './tables.ts';

const everyRow = tables.flatMap((table) => table.rows.map((recipe) => ({ table, recipe })));
const trainable = everyRow.filter(({ recipe }) => recipe.config !== undefined);

function publishedOf(table: string, row: string): Published {
  return findTable(table).rows.find((one) => one.row === row)!.published!;
}

/** Top-1 error in percent, as the paper prints it. */
const top1 = (table: string, row: string): number => 100 * publishedOf(table, row).top1Error!;

const printed: Record<string, [row: string, ...percents: number[]][]> = {
  T3: [
    ['resnet152', 21.69, 5.94],
    ['resnet101-se', 20.94, 5.5],
    ['resnet101-ge', 20.74, 5.29],
    ['resnet50-se', 22.12, 5.99],
    ['resnet50-ge', 21.88, 5.8],
    ['baseline', 23.68, 7.05],
    ['cutout', 22.93, 6.66],
    ['stochastic-depth', 22.46, 6.27],
    ['mixup', 22.58, 6.4],
    ['manifold-mixup', 22.5, 6.21],
    ['dropblock', 21.87, 5.98],
    ['feature-cutmix', 21.8, 6.06],
    ['cutmix', 21.4, 5.92],
  ],
  T4: [
    ['resnet101', 21.87, 6.29],
    ['resnet101-cutout', 20.72, 5.51],
    ['resnet101-mixup', 20.52, 5.28],
    ['resnet101-cutmix', 20.17, 5.24],
    ['resnext101', 21.18, 5.57],
    ['resnext101-cutmix', 19.47, 5.03],
  ],
  T5: [
    ['baseline', 16.45, 3.69],
    ['stochastic-depth', 15.86, 3.33],
    ['label-smoothing', 16.73, 3.37],
    ['cutout', 16.53, 3.65],
    ['cutout-and-label-smoothing', 15.61, 3.88],
    ['dropblock', 15.73, 3.26],
    ['dropblock-and-label-smoothing', 15.16, 3.86],
    ['mixup-alpha-0.5', 15.78, 4.04],
    ['mixup', 15.63, 3.99],
    ['manifold-mixup', 16.14, 4.07],
    ['cutout-and-mixup', 15.46, 3.42],
    ['cutout-and-manifold-mixup', 15.09, 3.35],
    ['shakedrop', 15.08, 2.72],
    ['cutmix', 14.47, 2.97],
    ['cutmix-and-shakedrop', 13.81, 2.29],
  ],
  T6: [
    ['pyramidnet110', 19.85, 4.66],
    ['pyramidnet110-cutmix', 17.97, 3.83],
    ['resnet110', 23.14, 5.95],
    ['resnet110-cutmix', 20.11, 4.43],
  ],
  T7: [
    ['baseline', 3.85],
    ['cutout', 3.1],
    ['mixup', 3.09],
    ['manifold-mixup', 3.15],
    ['cutmix', 2.88],
  ],
  T8: [
    ['baseline', 16.45, 3.69],
    ['cutmix', 14.47, 2.97],
    ['center-gaussian', 15.95, 3.4],
    ['fixed-size', 14.97, 3.15],
    ['one-hot', 15.89, 3.32],
    ['scheduled', 14.72, 3.17],
    ['complete-label', 15.17, 3.1],
  ],
  T9: [
    ['vgg16', 37.12],
    ['vgg16-mixup', 41.73],
    ['vgg16-cutout', 44.83],
    ['vgg16-cutmix', 52.53],
    ['vgg16-acol', 45.92],
    ['vgg16-adl', 52.36],
    ['inception-v3-spg', 46.64],
    ['resnet50', 49.41],
    ['resnet50-mixup', 49.3],
    ['resnet50-cutout', 52.78],
    ['resnet50-cutmix', 54.81],
  ],
  'T9-ImageNet': [
    ['vgg16', 42.73],
    ['vgg16-mixup', 42.54],
    ['vgg16-cutout', 43.13],
    ['vgg16-cutmix', 43.45],
    ['vgg16-acol', 45.83],
    ['vgg16-adl', 44.92],
    ['googlenet-has', 45.21],
    ['inception-v3-spg', 48.6],
    ['resnet50', 46.3],
    ['resnet50-mixup', 45.84],
    ['resnet50-cutout', 46.69],
    ['resnet50-cutmix', 47.25],
  ],
};

describe('the published numbers', () => {
  // The paper states these gains in its text, so they check what was typed from its tables.
  it.each([
    ['T3', 'baseline', 'cutmix', 2.28],
    ['T3', 'baseline', 'resnet152', 1.99],
    ['T3', 'baseline', 'resnet50-se', 1.56],
    ['T3', 'baseline', 'resnet50-ge', 1.8],
    ['T3', 'cutout', 'cutmix', 1.53],
    ['T3', 'mixup', 'cutmix', 1.18],
    ['T4', 'resnet101', 'resnet101-cutmix', 1.7],
    ['T4', 'resnext101', 'resnext101-cutmix', 1.71],
    ['T5', 'baseline', 'cutmix', 1.98],
    ['T6', 'pyramidnet110', 'pyramidnet110-cutmix', 1.88],
    ['T6', 'resnet110', 'resnet110-cutmix', 3.03],
    ['T7', 'baseline', 'cutmix', 0.97],
  ])('of %s: from %s to %s the error falls by %f', (table, from, to, gain) => {
    expect(top1(table, from) - top1(table, to)).toBeCloseTo(gain, 9);
  });

  // As the text has them, but for the last, which it shortens to 0.9.
  it.each([
    ['T9', 'resnet50-mixup', 5.51],
    ['T9-ImageNet', 'resnet50-mixup', 1.41],
    ['T9', 'resnet50-cutout', 2.03],
    ['T9-ImageNet', 'resnet50-cutout', 0.56],
    ['T9', 'resnet50', 5.4],
    ['T9-ImageNet', 'resnet50', 0.95],
  ])('of %s: from %s to CutMix localization rises by %f', (table, from, gain) => {
    const localized = (row: string) => 100 * publishedOf(table, row).top1Localization!;
    expect(localized('resnet50-cutmix') - localized(from)).toBeCloseTo(gain, 9);
  });

  // Typed a second time, from the paper's tables alone.
  it.each(Object.entries(printed))('of %s are those that are printed', (table, rows) => {
    const typed = findTable(table).rows.flatMap(({ row, published }) => {
      if (published === undefined) return [];
      const { top1Error, top5Error, top1Localization } = published;
      const numbers = [top1Error, top5Error, top1Localization].filter((number) => number !== undefined);
      return [[row, ...numbers.map((number) => Number((100 * number).toFixed(6)))]];
    });
    expect(typed).toEqual(rows);
  });

  it('are fractions, top-5 below top-1, and only plots have none', () => {
    for (const { table, recipe } of everyRow) {
      const { top1Error, top5Error = 0, top1Localization } = recipe.published ?? {};
      if (recipe.published === undefined) expect(recipe.note).toContain('plot');
      else if (table.suites?.includes('localization'))
        expect([top1Error, top1Localization! < 1]).toEqual([undefined, true]);
      else expect(top5Error).toBeLessThan(top1Error!);
    }
    const counts = tables.map(({ table, rows }) => [table, rows.filter(({ published }) => published).length]);
    expect(Object.fromEntries(counts)).toEqual({
      T3: 13,
      T4: 6,
      T5: 15,
      T6: 4,
      T7: 5,
      T8: 7,
      T9: 11,
      'T9-ImageNet': 12,
    });
  });

  it('of tables 11 and 12 stand with the rows that they are of', () => {
    const rowsWith = (key: 'fgsmTop1Accuracy' | 'ood') =>
      everyRow.flatMap(({ table, recipe }) => (recipe.published?.[key] ? [`${table.table} ${recipe.row}`] : []));
    expect(rowsWith('fgsmTop1Accuracy')).toEqual(['T3 baseline', 'T3 cutout', 'T3 mixup', 'T3 cutmix']);
    expect(rowsWith('ood')).toEqual(['T5 baseline', 'T5 cutout', 'T5 mixup', 'T5 cutmix']);
    const { published } = findTable('T5').rows.find(({ row }) => row === 'cutmix')!;
    expect(published!.ood).toEqual({ tnrAtTpr95: 0.69, auroc: 0.944, detectionAccuracy: 0.891 });
  });

  it('agree between Table 5 and Table 8, which share two rows', () => {
    for (const row of ['baseline', 'cutmix']) expect(top1('T8', row)).toBe(top1('T5', row));
  });
});

describe('every row', () => {
  it.each(trainable.map(({ table, recipe }) => [table.table, recipe.row, recipe, table] as const))(
    '%s %s is a configuration that training takes, at every budget, of a network that there is',
    (_, __, recipe) => {
      createModel(parseConfig(recipe.config).model, { classes: 2 }).dispose();
      for (const budget of budgets) {
        const flags = recipe.startsFrom === undefined ? {} : { weights: 'weights.safetensors' };
        const config = recipeConfig(recipe, budget, { data: 'shapes', trainImages: 50_000 }, { flags });
        expect(config.data).toBe('shapes');
        expect([config.mix, config.regularize, config.labelSmoothing]).toEqual(methodOf(recipe.config!));
      }
    },
  );

  it('that has a baseline differs from it in the method alone', () => {
    for (const { table, recipe } of trainable.filter(({ recipe }) => recipe.baseline !== undefined)) {
      const baseline = table.rows.find(({ row }) => row === recipe.baseline)!;
      const { mix, regularize, labelSmoothing, ...rest } = parseConfig(recipe.config);
      const { mix: _, regularize: __, labelSmoothing: ___, ...others } = parseConfig(baseline.config);
      expect(rest).toEqual(others);
      expect(methodOf(baseline.config!)).toEqual(['none', [], 0]);
    }
  });

  it('has a name of its own in its table, and those of Table 5 are the methods', () => {
    for (const { rows } of tables) expect(new Set(rows.map(({ row }) => row)).size).toBe(rows.length);
    expect(findTable('T5').rows.map(({ row }) => row)).toEqual(methodNames);
  });
});

function methodOf(config: Readonly<TrainConfigInput>): unknown[] {
  const { mix, regularize, labelSmoothing } = parseConfig(config);
  return [mix, regularize, labelSmoothing];
}

test('the learning rate of the CIFAR rows is 0.25, and a tenth of it from epochs 150 and 225 on', () => {
  const config = parseConfig(findRows(findTable('T5'), ['baseline'])[0]!.config);
  const schedule = buildSchedule(config);
  const rates = [0, 149, 150, 224, 225].map((epoch) => Number(schedule(epoch).toPrecision(6)));
  expect(rates).toEqual([0.25, 0.25, 0.025, 0.025, 0.0025]);
});

test('the learning rate of the ImageNet rows falls at epochs 75, 150 and 225', () => {
  const schedule = buildSchedule(parseConfig(findRows(findTable('T3'), ['baseline'])[0]!.config));
  const rates = [0, 74, 75, 150, 225].map((epoch) => Number(schedule(epoch).toPrecision(6)));
  expect(rates).toEqual([0.1, 0.1, 0.01, 0.001, 0.0001]);
});

test.each([
  ['T9', 'resnet50', [0, 149, 150, 300, 450], [1e-3, 1e-3, 1e-4, 1e-5, 1e-6]],
  ['T9', 'vgg16-cutmix', [0, 149, 150, 300, 450], [1e-4, 1e-4, 1e-5, 1e-6, 1e-7]],
  ['T9-ImageNet', 'vgg16', [0, 5, 6, 12, 18], [1e-2, 1e-2, 1e-3, 1e-4, 1e-5]],
])("the learning rate of %s's %s falls as appendix B says, and its classifier's is ten times that", (...given) => {
  const [table, row, epochs, expected] = given;
  const config = parseConfig(findTable(table).rows.find((one) => one.row === row)!.config);
  expect(config.optimizer).toMatchObject({ momentum: 0.9, weightDecay: 1e-4, headLearningRateMultiplier: 10 });
  expect(epochs.map(buildSchedule(config)).map((rate) => Number(rate.toPrecision(6)))).toEqual(expected);
});

describe('the settings of the paper', () => {
  const of = (table: string, row: string) => parseConfig(findTable(table).rows.find((one) => one.row === row)!.config);
  const sgd = { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-4 };

  it('are those of sections 4.1.1 and 4.1.2', () => {
    expect(of('T5', 'cutmix')).toMatchObject({
      model: 'pyramidnet200-a240',
      epochs: 300,
      batchSize: 64,
      optimizer: { ...sgd, learningRate: 0.25 },
    });
    expect(of('T3', 'cutmix')).toMatchObject({
      model: 'resnet50',
      epochs: 300,
      batchSize: 256,
      optimizer: { ...sgd, learningRate: 0.1 },
    });
    expect(of('T4', 'resnext101').model).toBe('resnext101-32x4d');
    expect(of('T6', 'pyramidnet110')).toMatchObject({ model: 'pyramidnet110-a64', optimizer: { learningRate: 0.25 } });
    expect(of('T6', 'resnet110')).toMatchObject({ model: 'resnet110-bottleneck', optimizer: { learningRate: 0.1 } });
  });

  const half = 'cutmix:probability=0.5';
  it.each([
    ['T5', 'baseline', 'none', [], 0],
    ['T5', 'stochastic-depth', 'none', ['stochastic-depth:rate=0.25'], 0],
    ['T5', 'label-smoothing', 'none', [], 0.1],
    ['T5', 'cutout', 'cutout', [], 0],
    ['T5', 'cutout-and-label-smoothing', 'cutout', [], 0.1],
    ['T5', 'dropblock', 'none', ['dropblock:keep=0.9,block=4'], 0],
    ['T5', 'dropblock-and-label-smoothing', 'none', ['dropblock:keep=0.9,block=4'], 0.1],
    ['T5', 'mixup-alpha-0.5', 'mixup:alpha=0.5', [], 0],
    ['T5', 'mixup', 'mixup:alpha=1', [], 0],
    ['T5', 'manifold-mixup', 'manifold-mixup:alpha=1', [], 0],
    ['T5', 'cutout-and-mixup', ['cutout', 'mixup:alpha=1'], [], 0],
    ['T5', 'cutout-and-manifold-mixup', ['cutout', 'manifold-mixup:alpha=1'], [], 0],
    ['T5', 'shakedrop', 'none', ['shakedrop'], 0],
    ['T5', 'cutmix', half, [], 0],
    ['T5', 'cutmix-and-shakedrop', half, ['shakedrop'], 0],
    ['T6', 'pyramidnet110-cutmix', 'cutmix:probability=1', [], 0],
    ['T6', 'resnet110-cutmix', 'cutmix:probability=1', [], 0],
    ['T7', 'cutmix', half, [], 0],
    ['T3', 'cutmix', 'cutmix:probability=1', [], 0],
    ['T3', 'dropblock', 'none', ['dropblock:keep=0.9,block=7'], 0],
    ['T8', 'one-hot', `${half},label=one-hot`, [], 0],
    ['T8', 'scheduled', 'cutmix:probability=1,schedule=linear', [], 0],
    ['T8', 'alpha-0.25', 'cutmix:alpha=0.25,probability=0.5', [], 0],
    ['T8', 'feature-3', 'feature-cutmix:probability=0.5,stages=3', [], 0],
  ] as const)('of %s, %s', (table, row, ...method) => {
    expect(methodOf(of(table, row))).toEqual(method);
  });
});

describe('rows by name', () => {
  it('come in the order of the table and with their baselines', () => {
    const rows = findRows(findTable('t6'), ['resnet110-cutmix']).map(({ row }) => row);
    expect(rows).toEqual(['resnet110', 'resnet110-cutmix']);
  });

  it('that are not there are answered with the nearest and all', () => {
    expect(() => findRows(findTable('T5'), ['cutmux'])).toThrow(
      "T5: unknown row 'cutmux'; did you mean 'cutmix'? Valid: baseline,",
    );
    expect(() => findTable('T99')).toThrow("recipes: unknown table 'T99'");
  });

  it('that are only quoted are not trained, and say why', () => {
    expect(() => findRows(findTable('T3'), ['resnet50-se'])).toThrow('not trained here: there is no such network');
    expect(findRows(findTable('T3')).map(({ row }) => row)).not.toContain('resnet50-se');
  });
});
