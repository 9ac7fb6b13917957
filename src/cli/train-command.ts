import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { numberArgument, repeatable } from './arguments.ts';

interface TrainFlags {
  config?: string;
  set?: string[];
  run?: string;
  json?: boolean;
  [configKey: string]: unknown;
}

/** `runs/cifar-100-binary-resnet20-cutmix`, with a number where that is taken. */
export function defaultRun({ data, model, mix }: { data: string; model: string; mix: string }): string {
  const words = [basename(data).replace(/\.(tar\.gz|tgz)$/, ''), model, ...(mix === 'none' ? [] : [mix])];
  const name = words.join('-').replace(/[^\w.+-]+/g, '_');
  for (let n = 1; ; n++) {
    const path = join('runs', n === 1 ? name : `${name}-${n}`);
    if (!existsSync(path)) return path;
  }
}

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train a network on labelled images.')
    .option(
      '--data <path>',
      "folder or .tar.gz of CIFAR-10 or CIFAR-100 (binary), or 'shapes': pictures drawn from a seed (default: shapes)",
    )
    .option('--model <name>', 'the network, see below (default: resnet20)')
    .option('--mix <method>', "none, cutmix, or with options: 'cutmix:alpha=1,probability=0.5' (default: none)")
    .option('--epochs <n>', 'times over the training images (default: 10)', numberArgument)
    .option('--batch-size <n>', 'images a step, at least 2 (default: 64)', numberArgument)
    .option('--seed <n>', 'every random draw follows from it (default: 0)', numberArgument)
    .option('--precision <kind>', 'auto, fp32 or bf16; auto is bf16 where the processor has it (default: auto)')
    .option('--limit-train <n>', 'only the first n images of a seeded shuffle', numberArgument)
    .option('--threads <n>', "the engine's threads (default: the physical cores)", numberArgument)
    .option('--workers <n>', 'threads that prepare batches (default: 1)', numberArgument)
    .option('--run <dir>', 'the run folder (default: a new one in runs/)')
    .option('--config <file>', 'YAML or JSON with any of these and more; flags win over it')
    .option(
      '--set <key=value>',
      'any key of the configuration, as in optimizer.learningRate=0.05; repeatable, wins over all',
      repeatable,
    )
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Networks: for small pictures resnet20, resnet32, resnet44, resnet56, resnet110 (any 6n+2), resnet29-bottleneck (any
  9n+2) and resnet18-cifar; for large ones resnet18, resnet34, resnet50, resnet101, resnet152

Options of cutmix, with their defaults: alpha=1 (of the Beta distribution of lambda), probability=1 (share of the
  batches that are mixed), granularity=batch (or sample), box=uniform, label=area, recomputeLambda=true

More keys for --config and --set, with their defaults:
  optimizer.name sgd (or adamw)    optimizer.learningRate 0.1    optimizer.momentum 0.9
  optimizer.nesterov true          optimizer.weightDecay 1e-4    labelSmoothing 0
  schedule.name milestones (or cosine, constant)                 schedule.milestones [0.5, 0.75]
  schedule.factor 0.1              schedule.warmupEpochs 0       checkpointMinutes 5
  augment.padding 4                augment.flip true             channelsLast true

Examples:
  patchwork train --data cifar-100-binary --model resnet20 --mix cutmix --epochs 30
  patchwork train --data shapes:train=1000,test=200 --epochs 2          a quick try on drawn pictures
  patchwork train --mix cutmix:probability=0.5 --set optimizer.learningRate=0.05 --run runs/try

Ctrl-C saves and says how to go on.`,
    )
    .action(async ({ config: file, set = [], run, json, ...flags }: TrainFlags) => {
      const { loadConfig, train } = await import('../train/index.ts');
      const { runTraining } = await import('./run-training.ts');
      const config = loadConfig({ ...(file === undefined ? {} : { file }), flags, set });
      await runTraining({ json }, (listener, signal) =>
        train(config, { run: run ?? defaultRun(config), listener, signal }),
      );
    });
}
