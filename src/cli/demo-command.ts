import { join } from 'node:path';
import type { Command } from 'commander';
import type { TrainResult } from '../train/index.ts';
import { numberArgument } from './arguments.ts';
import { defaultRun } from './train-command.ts';

// Half of the batches: what the authors advise for small networks and little data.
const methods = ['none', 'cutmix:probability=0.5'] as const;

function table(results: ReadonlyMap<string, TrainResult>): string {
  const percent = (fraction: number | undefined) =>
    (fraction === undefined ? '-' : `${(100 * fraction).toFixed(1)} %`).padStart(12);
  const lines = [`${'method'.padEnd(10)}${'last epoch'.padStart(12)}${'best epoch'.padStart(12)}   run folder`];
  for (const [method, { last, best, run }] of results) {
    const name = method === 'none' ? 'baseline' : 'cutmix';
    lines.push(`${name.padEnd(10)}${percent(last?.top1Error)}${percent(best?.top1Error)}   ${run}`);
  }
  return lines.join('\n');
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Train a baseline and a CutMix network on drawn pictures and compare them (a few minutes).')
    .option('--epochs <n>', 'times over the training images', numberArgument, 20)
    .action(async ({ epochs }: { epochs: number }) => {
      const { parseConfig, train } = await import('../train/index.ts');
      const { runTraining } = await import('./run-training.ts');
      const results = new Map<string, TrainResult>();
      for (const mix of methods) {
        const config = parseConfig({ data: 'shapes', model: 'resnet20', mix, epochs });
        const run = defaultRun({ ...config, data: 'demo', mix: mix === 'none' ? mix : 'cutmix' });
        process.stdout.write(
          `\n${mix === 'none' ? 'Baseline' : 'CutMix'}: ResNet-20 on ${config.data}, drawn pictures of shapes\n`,
        );
        const result = await runTraining({}, (listener, signal) => train(config, { run, listener, signal }));
        if (result.outcome === 'stopped') return;
        results.set(mix, result);
      }
      process.stdout.write(
        `\nTop-1 error on the test images (chance: 15 in 16 wrong; best epoch is chosen on those images):\n${table(results)}\n\n` +
          `A mixed batch, as the network saw it: ${join(results.get(methods[1])!.run, 'mixed-batch.png')}\n` +
          'CutMix gains late, after the learning rate has dropped, in long trainings; at this budget it need not win.\n',
      );
    });
}
