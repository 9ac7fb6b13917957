import { join } from 'node:path';
import type { Command } from 'commander';
import { plural } from '../report/number-texts.ts';
import { numberArgument } from './arguments.ts';
import { defaultFolder } from './experiment-flags.ts';

const usualEpochs = 20;
// Of half of the batches: what the authors advise for small networks and little data, and Table 5's setting.
const methods = ['baseline', 'cutmix'] as const;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Train a baseline and a CutMix network on drawn pictures and compare them: a few minutes. Stopped, the same command goes on.',
    )
    .option('--epochs <n>', 'times over the training images', numberArgument, usualEpochs)
    .action(async ({ epochs }: { epochs: number }) => {
      const { compareRows } = await import('../recipes/index.ts');
      const { parseConfig } = await import('../train/index.ts');
      const { closingLines, runAndReport } = await import('./run-experiment.ts');
      const { experimentTable } = await import('./experiment-table.ts');
      const config = parseConfig({ data: 'shapes', model: 'resnet20', epochs });
      const folder = defaultFolder('demo', ...(epochs === usualEpochs ? [] : [`${epochs}-epochs`]));
      const title = 'CutMix on drawn pictures of shapes';
      process.stdout.write(`${title}: ResNet-20, ${plural(epochs, 'epoch')} without it and as many with it\n`);
      const rows = compareRows(methods, config);
      const [data, suites] = [config.data, { suites: undefined }];
      const result = await runAndReport({ folder, rows, seeds: 1, title, data, differences: [], suites });
      if (!result) return;
      const mixed = result.rows.find(({ row }) => row === 'cutmix')?.runs[0];
      process.stdout.write(
        `\n${experimentTable(result)}\nBy chance 15 in 16 would be wrong. CutMix gains late, after the learning rate has ` +
          'dropped, in long trainings;\nat this budget it need not win.\n' +
          `${mixed ? `\nA mixed batch, as the network saw it: ${join(mixed.run, 'mixed-batch.png')}\n` : ''}` +
          closingLines(result, folder),
      );
    });
}
