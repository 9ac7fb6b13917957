import type { Command } from 'commander';
import type { Recipe, RecipeTable, ReproducedRow } from '../recipes/index.ts';
import { addExamples } from './help-texts.ts';
import { print } from './terminal.ts';

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork recipes                        all rows of all tables
  patchwork recipes T5                     the methods on CIFAR-100
  patchwork reproduce T5 --data cifar-100-binary --rows baseline,cutmix`,
  );
  const { tables } = await import('../recipes/tables.ts');
  command
    .argument('[table]', `one table alone: ${tables.map(({ table }) => table).join(', ')}`)
    .option('--json', 'print them as JSON, with their whole configurations')
    .action(list);
}

async function list(name: string | undefined, { json }: { json?: boolean }): Promise<void> {
  // Not by the index, which loads LibTorch: a list must work without it.
  const { findTable, tables } = await import('../recipes/tables.ts');
  const { readReproduced } = await import('../recipes/reproduced.ts');
  const { alignColumns } = await import('./terminal-table.ts');
  const { plural, publishedText, spreadText } = await import('../report/number-texts.ts');
  const reproduced = readReproduced();
  const shown = name === undefined ? tables : [findTable(name)];
  const of = ({ table }: RecipeTable, { row }: Recipe) =>
    reproduced.filter((one) => one.table === table && one.row === row);
  if (json) {
    const rows = shown.flatMap((table) =>
      table.rows.map((recipe) => ({
        ...{ table: table.table, source: table.source, data: table.dataName },
        ...recipe,
        reproduced: of(table, recipe),
      })),
    );
    print(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const ours = ({ budget, model, top1, top1Localization }: ReproducedRow, localizes: boolean) => {
    const number = localizes ? top1Localization : top1.best;
    return number ? [`${budget}: ${spreadText(number)} (${model}, ${plural(number.count, 'seed')})`] : [];
  };
  for (const table of shown) {
    const localizes = table.suites?.includes('localization') ?? false;
    const headings = localizes
      ? ['  row', 'paper: top-1 localization', 'reproduced']
      : ['  row', 'paper: top-1 / top-5', 'reproduced: top-1'];
    const cells = (recipe: Recipe) => {
      const numbers = of(table, recipe).flatMap((one) => ours(one, localizes));
      const reproduction = recipe.config === undefined ? 'not trained here' : numbers.join('; ') || '-';
      return [`  ${recipe.row}`, publishedText(recipe), reproduction];
    };
    const lines = [headings, ...table.rows.map(cells)];
    print(`${table.table}  ${table.source}: ${table.title}\n${alignColumns(lines)}\n\n`);
  }
  print(
    'Errors in percent, of the best epoch, as the paper reports them; localization: accuracy in percent, of the last.\n' +
      'Train a row: patchwork reproduce --help\n',
  );
}
