import { describe, expect, it, test } from 'vitest';
import { buildSchedule, type ChosenConfig, parseConfig, type TrainConfig, withChoices } from '../config/index.ts';
import type { Published } from '../experiments/index.ts';
import { parseMix } from '../mix/index.ts';
import { createModel } from '../models/index.ts';
import { parseMethod } from '../options/index.ts';
import { recipeConfig } from './budget.ts';
import { methodNames } from './methods.ts';
import { budgets, type Recipe } from './recipe.ts';
import { findRows, findTable, tables } from './tables.ts';

const everyRow = tables.flatMap((table) => table.rows.map((recipe) => ({ table, recipe })));
const trainable = everyRow.filter(({ recipe }) => recipe.config !== undefined);

function rowOf(table: string, row: string): Recipe {
  return findTable(table).rows.find((one) => one.row === row)!;
}

const publishedOf = (table: string, row: string): Published => rowOf(table, row).published!;
const configOf = (table: string, row: string): ChosenConfig =>
  withChoices(parseConfig(rowOf(table, row).config), { height: 32, width: 32, length: 50_000 });

/** In percent, as the paper prints them. */
const top1 = (table: string, row: string): number => 100 * publishedOf(table, row).top1Error!;
const localization = (table: string, row: string): number => 100 * publishedOf(table, row).top1Localization!;

/** What a configuration has beside its network and its training. */
function methodIn({ mix, regularize, labelSmoothing }: TrainConfig): unknown[] {
  return [mix, regularize, labelSmoothing];
}

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
    expect(localization(table, 'resnet50-cutmix') - localization(table, from)).toBeCloseTo(gain, 9);
  });

  // Table 1 has some of them again, rounded to one decimal: the accuracy, and the localization on ImageNet.
  it.each([
    ['', 76.3, 46.3],
    ['mixup', 77.4, 45.8],
    ['cutout', 77.1, 46.7],
    ['cutmix', 78.6, 47.3],
  ])("of ResNet-50 and '%s' round to those of Table 1", (method, accuracy, localized) => {
    const localizedRow = method === '' ? 'resnet50' : `resnet50-${method}`;
    // A half may have been rounded either way.
    expect(Math.abs(100 - top1('T3', method || 'baseline') - accuracy)).toBeLessThan(0.05 + 1e-9);
    expect(Math.abs(localization('T9-ImageNet', localizedRow) - localized)).toBeLessThan(0.05 + 1e-9);
  });

  it.each([
    ['T3', 'cutmix', ['resnet50-ge', 'resnet50-se', 'baseline', 'cutout', 'mixup', 'manifold-mixup', 'dropblock']],
    ['T3', 'feature-cutmix', ['cutout', 'stochastic-depth', 'mixup', 'manifold-mixup']],
    ['T5', 'cutmix-and-shakedrop', methodNames.filter((name) => name !== 'cutmix-and-shakedrop')],
    ['T5', 'cutmix', methodNames.filter((name) => !name.startsWith('cutmix'))],
    // Cutout and label smoothing do not help alone, and do together; DropBlock gains by label smoothing.
    ['T5', 'baseline', ['cutout', 'label-smoothing']],
    ['T5', 'cutout-and-label-smoothing', ['baseline']],
    ['T5', 'dropblock-and-label-smoothing', ['dropblock']],
    ['T5', 'cutout-and-mixup', ['mixup', 'mixup-alpha-0.5']],
    ['T5', 'cutout-and-manifold-mixup', ['manifold-mixup']],
    ['T7', 'cutmix', ['baseline', 'cutout', 'mixup', 'manifold-mixup']],
    ['T8', 'cutmix', ['baseline', 'center-gaussian', 'fixed-size', 'one-hot', 'scheduled', 'complete-label']],
  ])('of %s: %s is better than %j, as the text says', (table, better, others) => {
    const notWorse = others.filter((other) => !(top1(table, better) < top1(table, other)));
    expect(notWorse).toEqual([]);
  });

  it('of CutMix are the best of each network in Table 9, and in Tables 11 and 12', () => {
    for (const table of ['T9', 'T9-ImageNet']) {
      for (const network of ['vgg16', 'resnet50']) {
        const own = [network, `${network}-mixup`, `${network}-cutout`].map((row) => localization(table, row));
        expect(localization(table, `${network}-cutmix`)).toBeGreaterThan(Math.max(...own));
      }
    }
    const fgsm = (row: string) => publishedOf('T3', row).fgsmTop1Accuracy!;
    const known = (row: string) => Object.values(publishedOf('T5', row).ood!);
    for (const other of ['baseline', 'mixup', 'cutout']) {
      expect(fgsm('cutmix')).toBeGreaterThan(fgsm(other));
      expect(known('cutmix').filter((score, i) => !(score > known(other)[i]!))).toEqual([]);
    }
  });

  // A slipped point, a lost digit or two columns exchanged would not pass.
  it('are of one size: within a third of their baseline, and top-5 from 0.14 to 0.31 of top-1', () => {
    for (const { table, recipe } of everyRow) {
      const { top1Error, top5Error, top1Localization } = recipe.published ?? {};
      const name = `${table.table} ${recipe.row}`;
      if (recipe.published === undefined) expect(recipe.note, name).toContain('plot');
      else if (table.suites?.includes('localization')) {
        expect(top1Error, name).toBeUndefined();
        expect(Math.abs(top1Localization! - 0.46), name).toBeLessThan(0.1);
      } else {
        const baseline = recipe.baseline ?? (table.table === 'T3' ? 'baseline' : recipe.row);
        expect(Math.abs(top1Error! / publishedOf(table.table, baseline).top1Error! - 1), name).toBeLessThan(1 / 3);
        if (table.table !== 'T7') expect(Math.abs(top5Error! / top1Error! - 0.225), name).toBeLessThan(0.085);
      }
    }
  });

  it('of tables 11 and 12 stand with the rows that they are of', () => {
    const rowsWith = (key: 'fgsmTop1Accuracy' | 'ood') =>
      everyRow.flatMap(({ table, recipe }) => (recipe.published?.[key] ? [`${table.table} ${recipe.row}`] : []));
    expect(rowsWith('fgsmTop1Accuracy')).toEqual(['T3 baseline', 'T3 cutout', 'T3 mixup', 'T3 cutmix']);
    expect(rowsWith('ood')).toEqual(['T5 baseline', 'T5 cutout', 'T5 mixup', 'T5 cutmix']);
  });

  it('agree between Table 5 and Table 8, which share two rows', () => {
    for (const row of ['baseline', 'cutmix']) {
      const { ood: _, ...errors } = publishedOf('T5', row);
      expect(publishedOf('T8', row)).toEqual(errors);
    }
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
        expect(methodIn(config)).toEqual(methodIn(parseConfig(recipe.config)));
      }
    },
  );

  it('that has a baseline differs from it in the method alone', () => {
    for (const { table, recipe } of trainable.filter(({ recipe }) => recipe.baseline !== undefined)) {
      const baseline = table.rows.find(({ row }) => row === recipe.baseline)!;
      const { mix, regularize, labelSmoothing, ...rest } = parseConfig(recipe.config);
      const { mix: _, regularize: __, labelSmoothing: ___, ...others } = parseConfig(baseline.config);
      expect(rest).toEqual(others);
      expect(methodIn(parseConfig(baseline.config))).toEqual(['none', [], 0]);
    }
  });

  it('has a name of its own in its table, and those of Table 5 are the methods', () => {
    for (const { rows } of tables) expect(new Set(rows.map(({ row }) => row)).size).toBe(rows.length);
    expect(findTable('T5').rows.map(({ row }) => row)).toEqual(methodNames);
  });
});

test('the learning rate of the CIFAR rows is 0.25, and a tenth of it from epochs 150 and 225 on', () => {
  const schedule = buildSchedule(configOf('T5', 'baseline'));
  const rates = [0, 149, 150, 224, 225].map((epoch) => Number(schedule(epoch).toPrecision(6)));
  expect(rates).toEqual([0.25, 0.25, 0.025, 0.025, 0.0025]);
});

test('the learning rate of the ImageNet rows falls at epochs 75, 150 and 225', () => {
  const schedule = buildSchedule(configOf('T3', 'baseline'));
  const rates = [0, 74, 75, 150, 225].map((epoch) => Number(schedule(epoch).toPrecision(6)));
  expect(rates).toEqual([0.1, 0.1, 0.01, 0.001, 0.0001]);
});

test.each([
  ['T9', 'resnet50', [0, 149, 150, 300, 450], [1e-3, 1e-3, 1e-4, 1e-5, 1e-6]],
  ['T9', 'vgg16-cutmix', [0, 149, 150, 300, 450], [1e-4, 1e-4, 1e-5, 1e-6, 1e-7]],
  ['T9-ImageNet', 'vgg16', [0, 5, 6, 12, 18], [1e-2, 1e-2, 1e-3, 1e-4, 1e-5]],
])("the learning rate of %s's %s falls as appendix B says, and its classifier's is ten times that", (...given) => {
  const [table, row, epochs, expected] = given;
  const config = configOf(table, row);
  expect(config.optimizer).toMatchObject({ momentum: 0.9, weightDecay: 1e-4, headLearningRateMultiplier: 10 });
  expect(epochs.map(buildSchedule(config)).map((rate) => Number(rate.toPrecision(6)))).toEqual(expected);
});

describe('the settings of the paper', () => {
  const sgd = { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-4 };

  it('are those of sections 4.1.1 and 4.1.2', () => {
    expect(configOf('T5', 'cutmix')).toMatchObject({
      model: 'pyramidnet200-a240',
      epochs: 300,
      batchSize: 64,
      optimizer: { ...sgd, learningRate: 0.25 },
    });
    expect(configOf('T3', 'cutmix')).toMatchObject({
      model: 'resnet50',
      epochs: 300,
      batchSize: 256,
      optimizer: { ...sgd, learningRate: 0.1 },
    });
    expect(configOf('T4', 'resnext101').model).toBe('resnext101-32x4d');
    expect(configOf('T6', 'pyramidnet110')).toMatchObject({
      model: 'pyramidnet110-a64',
      optimizer: { learningRate: 0.25 },
    });
    expect(configOf('T6', 'resnet110')).toMatchObject({
      model: 'resnet110-bottleneck',
      optimizer: { learningRate: 0.1 },
    });
  });

  it('are the same wherever a method stands, but for how often CutMix mixes and the block of DropBlock', () => {
    const methodOf = (table: string, row: string) => methodIn(configOf(table, row));
    for (const row of ['cutout', 'stochastic-depth', 'mixup', 'manifold-mixup']) {
      expect(methodOf('T3', row)).toEqual(methodOf('T5', row));
    }
    for (const row of ['cutout', 'mixup', 'manifold-mixup', 'cutmix']) {
      expect(methodOf('T7', row)).toEqual(methodOf('T5', row));
    }
    expect(methodOf('T8', 'cutmix')).toEqual(methodOf('T5', 'cutmix'));
    for (const [table, network] of [
      ['T4', 'resnet101'],
      ['T9', 'vgg16'],
      ['T9-ImageNet', 'resnet50'],
    ] as const) {
      for (const row of ['cutout', 'mixup', 'cutmix']) {
        expect(methodOf(table, `${network}-${row}`)).toEqual(methodOf('T3', row));
      }
    }
    expect(methodOf('T6', 'resnet110-cutmix')).toEqual(methodOf('T3', 'cutmix'));
    const option = (text: unknown, name: string) => parseMethod(String([text].flat()[0])).options[name];
    const cutmixProbability = (table: string) => option(configOf(table, 'cutmix').mix, 'probability');
    const dropBlock = (table: string, name: string) => option(configOf(table, 'dropblock').regularize, name);
    expect([cutmixProbability('T3'), cutmixProbability('T5')]).toEqual([1, 0.5]);
    expect([dropBlock('T3', 'block'), dropBlock('T5', 'block')]).toEqual([7, 4]);
    expect(dropBlock('T3', 'keep')).toBe(dropBlock('T5', 'keep'));
  });
});

describe('the method of a row', () => {
  const named = everyRow.filter(({ table, recipe }) => table.table !== 'T8' && recipe.baseline !== undefined);

  it.each(named.map(({ table, recipe }) => [table.table, recipe.row, recipe] as const))(
    '%s %s is what its name says, and nothing else',
    (_, row, { config, baseline }) => {
      const { mix, regularize, labelSmoothing } = parseConfig(config);
      const texts = [mix, regularize].flat().filter((text) => text !== 'none');
      const found = texts.map((text) => {
        const { name, options } = parseMethod(text);
        // MixUp with alpha 1, and Manifold MixUp, have no alpha in their names.
        return options.alpha === undefined || options.alpha === 1 ? name : `${name}-alpha-${options.alpha}`;
      });
      if (labelSmoothing > 0) found.push('label-smoothing');
      const words = baseline === 'baseline' ? row : row.slice(`${baseline}-`.length);
      expect(found.sort()).toEqual(words.split('-and-').sort());
    },
  );

  const optionsOf = (row: string) => parseMethod(parseMix(configOf('T8', row).mix)[0]!.text).options;
  const sweep = findTable('T8').rows.flatMap(({ row }) => (/^(alpha|feature)-/.test(row) ? [row] : []));

  it.each<[string, Record<string, unknown>]>([
    ['center-gaussian', { box: 'center-gaussian' }],
    ['fixed-size', { box: 'fixed-size', boxSize: 0.5 }],
    ['one-hot', { label: 'one-hot' }],
    ['complete-label', { label: 'half' }],
    ['scheduled', { schedule: 'linear', probability: 1 }],
    ...sweep.map((row): [string, Record<string, unknown>] => {
      const [, name, number] = row.split(/^(\w+)-/);
      return [row, { [name === 'alpha' ? 'alpha' : 'stages']: Number(number) }];
    }),
  ])('T8 %s is CutMix with %o, and the same otherwise', (row, changes) => {
    const { mix: _, ...rest } = configOf('T8', row);
    const { mix: __, ...usual } = configOf('T8', 'cutmix');
    expect(rest).toEqual(usual);
    const { alpha, ...others } = optionsOf('cutmix');
    // A box of one size has no alpha to draw its size by.
    expect(optionsOf(row)).toEqual({ ...(row !== 'fixed-size' && { alpha }), ...others, ...changes });
  });

  it('of Table 8 is one of its own, but for alpha 1, which is CutMix itself', () => {
    const texts = findTable('T8').rows.map(({ config }) => parseMix(parseConfig(config).mix).map(({ text }) => text));
    expect(new Set(texts.map(String)).size).toBe(texts.length - 1);
    expect(optionsOf('alpha-1')).toEqual(optionsOf('cutmix'));
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
