import { basename } from 'node:path';
import type { Command } from 'commander';
import { addExperimentFlags, defaultFolder, type ExperimentFlags, seedsOf } from './experiment-flags.ts';
import { addExamples, definitionsText, type Entry, entriesText, paragraphsText } from './help-texts.ts';
import { checkSuites, takeSuites } from './suite-flags.ts';
import { print } from './terminal.ts';
import { configFlag } from './train-command.ts';

interface CompareFlags extends ExperimentFlags {
  methods: string;
}

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork compare --data photos --methods baseline,cutmix --epochs 30
  patchwork compare --data cifar-100-binary --methods baseline,cutout,mixup,cutmix --limit-train 5000 --seeds 5
  patchwork compare --methods baseline,mixup,cutout,cutmix --epochs 30 --suite all     drawn shapes, with their boxes
  patchwork compare --methods baseline,cutmix:alpha=0.5,cutmix:alpha=4 --epochs 5 --out runs/alphas`,
  );
  command.option('--methods <list>', 'what to compare, see below', 'baseline,cutout,mixup,cutmix');
  command.option(...configFlag);
  await addExperimentFlags(command);
  command
    .addHelpText('after', `\n${await methodsText()}\n`)
    .addHelpText(
      'after',
      paragraphsText(`The first method is the baseline where none has that name. Every method gets the same images, split, order and initial
weights for a seed, and the same budget. Written into the folder: report.html, results.csv, results.json, and runs/ with a
run folder for each training. All begin with a verdict: which methods are better, which are worse, and of which it
cannot be told. Ctrl-C saves; the same command goes on where it stopped, and finished trainings are not run
again, also when methods or seeds are added.

With --suite every finished network is measured too, see: patchwork evaluate --help. That adds tables, curves and pictures
to the report, is kept in the run folders, and may also be asked for later, by the same command with --suite.`),
    )
    .action(compare);
}

/** Every word of `--methods`: the paper's names with their settings, and all that `--mix` and `--regularize` take. */
async function methodsText(): Promise<string> {
  const { methods } = await import('../recipes/methods.ts');
  const { findTable } = await import('../recipes/tables.ts');
  const { mixingMethods } = await import('../mix/index.ts');
  const { regularizers } = await import('../nn/index.ts');
  const named = Object.entries(methods).map(([name, { title, settings }]): Entry => {
    const { mix = [], regularize = [], labelSmoothing } = settings;
    const texts = [mix, regularize, labelSmoothing === undefined ? [] : `labelSmoothing=${labelSmoothing}`].flat();
    return [name, `${title}${texts.length === 0 ? '' : `: ${texts.join(' and ')}`}`];
  });
  const variants = findTable('T8').rows.filter(({ row, config }) => config && !Object.hasOwn(methods, row));
  return [
    entriesText('Methods, for --methods; joined by commas', [
      ...named,
      ['or of Table 8', variants.map(({ row }) => row).join(', ')],
    ]),
    definitionsText(
      'or a text of --mix, as in cutmix:alpha=0.2, or cutmix+mixup for one of them per batch',
      mixingMethods,
    ),
    definitionsText('or a text of --regularize, as in dropblock:keep=0.8', regularizers),
  ].join('\n\n');
}

async function compare({ methods, config: file, seeds, set = [], out, ...flags }: CompareFlags): Promise<void> {
  const { compareRows } = await import('../recipes/index.ts');
  const { splitMethods } = await import('../options/index.ts');
  const { chooseConfig, loadConfig } = await import('../config/index.ts');
  const { closingLines, runAndReport } = await import('./run-experiment.ts');
  const { experimentTable } = await import('./result-tables.ts');
  const { experimentVerdict } = await import('../report/index.ts');
  const { asked, others } = await takeSuites(flags);
  const given = loadConfig({ ...(file === undefined ? {} : { file }), flags: others, set });
  const { config, data } = await chooseConfig(given);
  const rows = compareRows(splitMethods(methods), config);
  const count = seedsOf(seeds);
  await checkSuites(data.test, asked, config);
  const folder = out ?? defaultFolder('compare', basename(config.data));
  const title = `Methods compared on ${data.train.name}`;
  const result = await runAndReport({ folder, rows, seeds: count, title, data: config.data, differences: [], asked });
  if (!result) return;
  print(
    `${experimentVerdict(result)}\n\n${title}: ${result.model}, ${result.budget}\n\n${experimentTable(result)}\n${closingLines(result, folder)}`,
  );
}
