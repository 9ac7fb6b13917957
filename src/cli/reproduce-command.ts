import { Argument, type Command, Option } from 'commander';
import { addExperimentFlags, defaultFolder, type ExperimentFlags } from './experiment-flags.ts';
import { checkSuites, takeSuites } from './suite-flags.ts';

interface ReproduceFlags extends ExperimentFlags {
  data?: string;
  rows?: string;
  budget: 'small' | 'full';
  record?: string;
}

export function addReproduceCommand(program: Command): void {
  const command = program
    .command('reproduce')
    .description("Train rows of the paper's tables and print them beside the published numbers.")
    .addArgument(new Argument('<table>', 'T3 to T9, see: patchwork recipes'))
    .option(
      '--data <path>',
      "the table's data, as of 'train'; other data trains too, and is said (default: what lies under its published name, as cifar-100-binary, in the folder that PATCHWORK_DATA names, or here)",
    )
    .option('--rows <names>', 'joined by commas; baselines come along (default: all that can be trained)')
    .addOption(
      new Option('--budget <kind>', "small: a small network, 30 epochs of 10,000 images; full: the paper's")
        .choices(['small', 'full'])
        .default('small'),
    );
  addExperimentFlags(command)
    .option('--record <file>', "also add the rows to a JSON file, as docs/reproduced.json, that 'recipes' shows")
    .addHelpText(
      'after',
      `
What a budget or a flag changed of the paper's training is printed with the table. A small budget shows whether the
methods work, not the paper's gains: CutMix gains late, after the learning rate has dropped, in long trainings.
Ctrl-C saves; the same command goes on where it stopped. With --suite every finished network is measured too, see:
patchwork evaluate --help. Table 11's and 12's numbers stand beside ours for T3 --suite robustness and T5 --suite ood.
T9 (CUB-200-2011) and T9-ImageNet always measure localization. They fine-tune networks trained on ImageNet, whose weights
have to be given (--set weights=FILE; {row} in it is the row's name); without weights a small budget trains from scratch.

Examples:
  patchwork reproduce T5 --data cifar-100-binary --rows baseline,mixup,cutout,cutmix --seeds 3
  patchwork reproduce T5 --data cifar-100-binary --rows cutmix --budget full --seeds 1       300 epochs of PyramidNet-200
  patchwork reproduce T8 --data cifar-100-binary --rows one-hot,complete-label --epochs 10 --limit-train 5000
  patchwork reproduce T9 --data CUB_200_2011 --budget full --rows resnet50-cutmix --set weights=imagenet-resnet50.safetensors`,
    )
    .action(
      async (
        name: string,
        { data: typed, rows: names, budget, seeds, set = [], out, record, ...flags }: ReproduceFlags,
      ) => {
        const {
          budgetDifferences,
          findRecipeData,
          findRows,
          findTable,
          openRecipeData,
          readReproduced,
          recipeConfig,
          recordReproduced,
        } = await import('../recipes/index.ts');
        const { closingLines, runAndReport } = await import('./run-experiment.ts');
        const { experimentTable } = await import('./experiment-table.ts');
        const table = findTable(name);
        const { suites, others } = await takeSuites(flags, table.suites);
        const recipes = findRows(
          table,
          names?.split(',').map((row) => row.trim()),
        );
        const { text: data, source } = await openRecipeData(table, typed ?? findRecipeData(table));
        const about = { data, trainImages: source.train.length };
        const configs = recipes.map((recipe) => recipeConfig(recipe, budget, about, { flags: others, set }));
        await checkSuites(source.test, suites, configs[0]!.onBadImage);
        const rows = recipes.map(({ row, title, baseline, published }, i) => ({
          ...{ row, title, config: configs[i]! },
          ...(baseline === undefined ? {} : { baseline }),
          ...(published && { published }),
        }));
        // A file that is no record must not be found out after hours.
        if (record !== undefined) readReproduced(record);
        const folder = out ?? defaultFolder('reproduce', table.table, budget);
        const title = `${table.source}: ${table.title}`;
        const differences = budgetDifferences(table, recipes, configs, source);
        const notes = recipes.flatMap(({ title, note }) => (note === undefined ? [] : `${title}: ${note}`));
        const result = await runAndReport({ folder, rows, seeds, title, data, differences, notes, suites });
        if (!result) return;
        process.stdout.write(
          `${title}\ntrained here: ${result.model}, ${result.budget}\n\n${experimentTable(result)}\n` +
            `${differenceLines(differences)}${noteLines(notes)}${closingLines(result, folder)}`,
        );
        if (record !== undefined) recordReproduced(record, table.table, budget, result);
      },
    );
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
