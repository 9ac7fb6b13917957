import { basename } from 'node:path';
import type { Command } from 'commander';
import { addExperimentFlags, defaultFolder, type ExperimentFlags } from './experiment-flags.ts';
import { checkSuites, takeSuites } from './suite-flags.ts';

interface CompareFlags extends ExperimentFlags {
  data?: string;
  methods: string;
  config?: string;
}

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description('Train several methods on the same data, fairly, and report which is better and how surely.')
    .option('--data <path>', "the data, as of 'train' (default: shapes)")
    .option('--methods <list>', 'what to compare, see below', 'baseline,cutout,mixup,cutmix')
    .option('--config <file>', "YAML or JSON with any keys of 'train', for every row; flags win over it");
  addExperimentFlags(command)
    .addHelpText(
      'after',
      `
Methods, joined by commas; the first is the baseline where none has that name:
  names with the settings of the paper's Table 5: baseline, stochastic-depth, label-smoothing, cutout, dropblock,
    mixup-alpha-0.5, mixup, manifold-mixup, shakedrop, cutmix (of half of the batches), and together:
    cutout-and-label-smoothing, dropblock-and-label-smoothing, cutout-and-mixup, cutout-and-manifold-mixup,
    cutmix-and-shakedrop
  its Table 8's variants of CutMix: center-gaussian, fixed-size, one-hot, scheduled, complete-label, alpha-0.1 ...
  any text of --mix: cutmix:probability=1, mixup:alpha=0.2, cutmix+mixup (one of them, drawn per batch)
  any text of --regularize: dropblock:keep=0.8, dropout:rate=0.3

Every method gets the same images, split, order and initial weights for a seed, and the same budget. Written into the
folder: report.html, results.csv, results.json, and runs/ with a run folder for each training. Ctrl-C saves; the same
command goes on where it stopped, and finished trainings are not run again, also when methods or seeds are added.

With --suite every finished network is measured too, see: patchwork evaluate --help. That adds tables, curves and pictures
to the report, is kept in the run folders, and may also be asked for later, by the same command with --suite.

Examples:
  patchwork compare --data photos --methods baseline,cutmix --epochs 30
  patchwork compare --data cifar-100-binary --methods baseline,cutout,mixup,cutmix --limit-train 5000 --seeds 5
  patchwork compare --methods baseline,mixup,cutout,cutmix --epochs 30 --suite all     drawn shapes, with true boxes
  patchwork compare --methods baseline,cutmix:alpha=0.5,cutmix:alpha=4 --epochs 5 --out runs/alphas`,
    )
    .action(async ({ data, methods, config: file, seeds, set = [], out, ...flags }: CompareFlags) => {
      const { compareRows } = await import('../recipes/index.ts');
      const { splitMethods } = await import('../options/index.ts');
      const { loadConfig } = await import('../train/index.ts');
      const { openData } = await import('../data/index.ts');
      const { closingLines, runAndReport } = await import('./run-experiment.ts');
      const { experimentTable } = await import('./experiment-table.ts');
      const { suites, others } = await takeSuites(flags);
      const config = loadConfig({ ...(file === undefined ? {} : { file }), flags: { ...others, data }, set });
      const rows = compareRows(splitMethods(methods), config);
      const { train, test } = await openData(config.data);
      await checkSuites(test, suites, config.onBadImage);
      const folder = out ?? defaultFolder('compare', basename(config.data));
      const title = `Methods compared on ${train.name}`;
      const result = await runAndReport({ folder, rows, seeds, title, data: config.data, differences: [], suites });
      if (!result) return;
      process.stdout.write(
        `${title}: ${result.model}, ${result.budget}\n\n${experimentTable(result)}\n${closingLines(result, folder)}`,
      );
    });
}
