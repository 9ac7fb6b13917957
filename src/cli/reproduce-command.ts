import type { Command } from 'commander';
import type { ChosenConfig } from '../config/index.ts';
import { choice, option } from '../options/index.ts';
import type { Budget } from '../recipes/index.ts';
import { addExperimentFlags, defaultFolder, type ExperimentFlags, seedsOf } from './experiment-flags.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { addExamples, type Entry, entriesText, paragraphsText } from './help-texts.ts';
import { checkSuites, takeSuites } from './suite-flags.ts';
import { print } from './terminal.ts';

interface ReproduceFlags extends ExperimentFlags {
  data?: string;
  rows?: string;
  budget?: Budget;
  record?: string;
}

async function budgetSpecs() {
  const { budgets } = await import('../recipes/recipe.ts');
  return {
    budget: option(choice(budgets), {
      default: 'small',
      description: "small: a small network, 30 epochs of 10,000 images; full: the paper's",
    }),
  };
}

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork reproduce T5 --data cifar-100-binary --rows baseline,mixup,cutout,cutmix --seeds 3
  patchwork reproduce T5 --data cifar-100-binary --rows cutmix --budget full --seeds 1       300 epochs of PyramidNet-200
  patchwork reproduce T8 --data cifar-100-binary --rows one-hot,complete-label --epochs 10 --limit-train 5000
  patchwork reproduce T9 --data CUB_200_2011 --budget full --rows resnet50-cutmix --weights imagenet-resnet50.safetensors`,
  );
  command
    .argument('<table>', 'one of those below')
    .option('--rows <names>', 'joined by commas; baselines come along (default: all that can be trained)');
  addSpecFlags(command, await budgetSpecs());
  command.option('--record <file>', "also add the rows to a JSON file, as docs/reproduced.json, that 'recipes' shows");
  await addExperimentFlags(command, { defaults: false });
  command
    .addHelpText('after', `\n${await tablesText()}\n`)
    .addHelpText(
      'after',
      paragraphsText(`What no flag says is as the recipe has it. Without --data the table's data is what lies under its published name, as
cifar-100-binary, in the folder that PATCHWORK_DATA names, or here; other data trains too, and is said. What a budget or a
flag changed of the paper's training is printed with the table. A small budget shows whether the methods work, not the
paper's gains: CutMix gains late, after the learning rate has dropped, in long trainings.
Ctrl-C saves; the same command goes on where it stopped. With --suite every finished network is measured too, see:
patchwork evaluate --help. Table 11's and 12's numbers stand beside ours for T3 --suite robustness and T5 --suite ood.
T9 (CUB-200-2011) and T9-ImageNet fine-tune networks trained on ImageNet, whose weights have to be given (--weights FILE;
{row} in it is the row's name); without weights a small budget trains from scratch.`),
    )
    .action(reproduce);
}

async function tablesText(): Promise<string> {
  const { tables } = await import('../recipes/tables.ts');
  const entries = tables.map(({ table, source, title, suites, rows }): Entry => {
    const measured = suites === undefined ? '' : `; always measures ${suites.join(', ')}`;
    const trained = rows.filter(({ config }) => config !== undefined).map(({ row }) => row);
    return [table, `${source}: ${title}${measured}`, trained.join(', ')];
  });
  return entriesText('Tables, and their rows for --rows', entries);
}

async function reproduce(
  name: string,
  { data: typed, rows: names, budget: size, seeds, set = [], out, record, ...flags }: ReproduceFlags,
): Promise<void> {
  const recipesFolder = await import('../recipes/index.ts');
  const { chooseConfig } = await import('../config/index.ts');
  const { openingOnce } = await import('../experiments/index.ts');
  const { closingLines, runAndReport } = await import('./run-experiment.ts');
  const { experimentTable } = await import('./result-tables.ts');
  const { experimentVerdict } = await import('../report/index.ts');
  const { findRecipeData, findRows, findTable, openRecipeData, readReproduced, recipeConfig } = recipesFolder;
  const table = findTable(name);
  const { budget } = specValues(await budgetSpecs(), { budget: size });
  const { asked, others } = await takeSuites(flags, table.suites);
  const recipes = findRows(
    table,
    names?.split(',').map((row) => row.trim()),
  );
  const { text: data, source } = await openRecipeData(table, typed ?? findRecipeData(table), {
    allowSkipped: others.allowSkipped === true,
  });
  const about = { data, trainImages: source.train.length };
  const asRecipes = recipes.map((recipe) => recipeConfig(recipe, budget, about, { flags: others, set }));
  const open = openingOnce();
  const configs: ChosenConfig[] = [];
  for (const config of asRecipes) configs.push((await chooseConfig(config, { open })).config);
  await checkSuites(source.test, asked, configs[0]);
  const rows = recipes.map(({ row, title, baseline, published }, i) => ({
    ...{ row, title, config: configs[i]! },
    ...(baseline !== undefined && { baseline }),
    ...(published && { published }),
  }));
  // A file that is no record must not be found out after hours.
  if (record !== undefined) readReproduced(record);
  const folder = out ?? defaultFolder('reproduce', table.table, budget);
  const title = `${table.source}: ${table.title}`;
  const differences = recipesFolder.budgetDifferences(table, recipes, configs, source);
  const notes = recipes.flatMap((recipe) => (recipe.note === undefined ? [] : `${recipe.title}: ${recipe.note}`));
  const request = { folder, rows, seeds: seedsOf(seeds), title, data, differences, notes, asked };
  const result = await runAndReport(request);
  if (!result) return;
  print(
    `${experimentVerdict(result)}\n\n${title}\ntrained here: ${result.model}, ${result.budget}\n\n${experimentTable(result)}\n` +
      `${differenceLines(differences)}${noteLines(notes)}${closingLines(result, folder)}`,
  );
  if (record !== undefined) recipesFolder.recordReproduced(record, table.table, budget, result);
}

function differenceLines(differences: readonly string[]): string {
  if (differences.length === 0) return 'No setting differs from the recipe.\n';
  const list = differences.map((sentence) => `  ${sentence}\n`).join('');
  return `Not as in the paper, so the numbers are not comparable one by one:\n${list}`;
}

function noteLines(notes: readonly string[]): string {
  return notes.length === 0
    ? ''
    : `What the paper leaves open, or quotes:\n${notes.map((note) => `  ${note}\n`).join('')}`;
}
