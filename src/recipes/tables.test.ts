import { describe, expect, it, test } from 'vitest';
import { modelNames } from '../models/index.ts';
import { parseConfig, type TrainConfigInput } from '../train/index.ts';
import { buildSchedule } from '../train/session.ts';
import { budgets, recipeConfig } from './budget.ts';
import { methodNames } from './methods.ts';
import type { Published } from './results.ts';
import { findRows, findTable, tables } from './tables.ts';

const everyRow = tables.flatMap((table) => table.rows.map((recipe) => ({ table, recipe })));
const trainable = everyRow.filter(({ recipe }) => recipe.config !== undefined);

function publishedOf(table: string, row: string): Published {
  return findTable(table).rows.find((one) => one.row === row)!.published!;
}

/** Top-1 error in percent, as the paper prints it. */
const top1 = (table: string, row: string): number => 100 * publishedOf(table, row).top1Error!;

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
  ])('of %s: from %s to CutMix localisation rises by %f', (table, from, gain) => {
    const localised = (row: string) => 100 * publishedOf(table, row).top1Localisation!;
    expect(localised('resnet50-cutmix') - localised(from)).toBeCloseTo(gain, 9);
  });

  it('are fractions, top-5 below top-1, and only plots have none', () => {
    for (const { table, recipe } of everyRow) {
      const { top1Error, top5Error = 0, top1Localisation } = recipe.published ?? {};
      if (recipe.published === undefined) expect(recipe.note).toContain('plot');
      else if (table.suites?.includes('localisation'))
        expect([top1Error, top1Localisation! < 1]).toEqual([undefined, true]);
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
      expect(modelNames).toContain(parseConfig(recipe.config).model.replace(/-os16$/, ''));
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
  expect(config.optimizer).toMatchObject({ momentum: 0.9, weightDecay: 1e-4, classifierFactor: 10 });
  expect(epochs.map(buildSchedule(config)).map((rate) => Number(rate.toPrecision(6)))).toEqual(expected);
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
