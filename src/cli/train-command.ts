import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { TrainConfig } from '../config/index.ts';
import { numberArgument, repeatable } from './arguments.ts';

interface TrainFlags {
  config?: string;
  set?: string[];
  run?: string;
  json?: boolean;
  /** As many as were given; one alone is the configuration's usual text. */
  mix?: string[] | string | undefined;
  [configKey: string]: unknown;
}

type NamingKeys = Pick<TrainConfig, 'data' | 'model' | 'mix' | 'regularize'>;

/** `runs/cifar-100-binary-resnet20-cutmix`, with a number where that is taken. */
export function defaultRun({ data, model, mix, regularize }: NamingKeys): string {
  const methods = [mix, regularize].flat().filter((text) => text !== 'none');
  const words = [basename(data).replace(/\.(tar\.gz|tgz)$/, ''), model, ...methods];
  const name = words.join('-').replace(/[^\w.+-]+/g, '_');
  for (let n = 1; ; n++) {
    const path = join('runs', n === 1 ? name : `${name}-${n}`);
    if (!existsSync(path)) return path;
  }
}

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train a network on labeled images.')
    .option(
      '--data <path>',
      "a folder of class folders, WebDataset shards, CIFAR-10 or -100 (folder or .tar.gz), or 'shapes', see below (default: shapes)",
    )
    .option('--model <name>', 'the network, see below (default: resnet20)')
    .option(
      '--mix <method>',
      "none, or a method, see below: 'cutmix:alpha=1'; a+b draws one of them per batch; given twice, both act (default: none)",
      repeatable,
    )
    .option('--regularize <method>', 'inside the network, see below; repeatable (default: nothing)', repeatable)
    .option('--label-smoothing <share>', 'of the target spread over all classes (default: 0)', numberArgument)
    .option('--weights <file>', "start from a .safetensors file with torchvision's, timm's or Patchwork's names")
    .option('--weights-head <what>', 'load, or skip: the classifier starts anew (default: load)')
    .option('--on-bad-image <what>', 'fail, or skip: what cannot be decoded is left out and listed (default: fail)')
    .option('--cache', 'keep decoded pictures in memory; sizes up to 64 pixels only')
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
Data: DIR/CLASS/*.jpg (png, webp; a fifth is kept for testing), DIR/train/CLASS and DIR/val/CLASS, DIR/*.tar, each with
  options as in DIR:size=64,testShare=0.2,seed=0 (size: 224 pixels by default); CIFAR in its binary version; shapes, or
  shapes:size=32,train=4000,test=1000,seed=0: pictures drawn from a seed

Networks: for small pictures resnet20, resnet32, resnet44, resnet56, resnet110 (any 6n+2), resnet29-bottleneck (any
  9n+2), resnet18-cifar, pyramidnet110-a64, pyramidnet200-a240 (any depth 9n+2 and alpha); for large ones resnet18,
  resnet34, resnet50, resnet101, resnet152, resnext50-32x4d, resnext101-32x4d, vgg16-gap

Mixing, with some options (docs/methods.md has them all):
  cutmix           alpha=1, probability=1, granularity=batch (or sample), box=uniform (center-gaussian, fixed-size),
                   label=area (one-hot, half), schedule=constant (linear: the probability rises over the training)
  mixup            alpha=1, probability=1, granularity=batch (or sample)
  cutout           length: pixels, half the side by default
  manifold-mixup   as mixup, after one of stages=0/2/3 (0 is the image), drawn per batch
  feature-cutmix   as cutmix, after one of stages=0/1/2/3
Regularizers: dropblock:keep=0.9,block=4   stochastic-depth:rate=0.25   shakedrop   dropout

More keys for --config and --set, with their defaults:
  optimizer.name sgd (or adamw)    optimizer.learningRate 0.1    optimizer.momentum 0.9
  optimizer.nesterov true          optimizer.weightDecay 1e-4    labelSmoothing 0
  optimizer.classifierFactor 1: times the learning rate for the classifier, as of 10 for fine-tuning
  schedule.name milestones (or cosine, constant)                 schedule.milestones [0.5, 0.75]
  schedule.factor 0.1              schedule.warmupEpochs 0       checkpointMinutes 5
  augment.padding 4                augment.flip true             augment.color false
  augment.scale [0.08, 1]          limitPixels 1e8               channelsLast true

Examples:
  patchwork train --data cifar-100-binary --model resnet20 --mix cutmix --epochs 30
  patchwork train --data shapes:train=1000,test=200 --epochs 2          a quick try on drawn pictures
  patchwork train --mix cutout --mix mixup:alpha=0.5                    both, one after the other
  patchwork train --mix cutmix+mixup --regularize shakedrop             one of the two per batch, and ShakeDrop
  patchwork train --mix cutmix:probability=0.5 --set optimizer.learningRate=0.05 --run runs/try

Ctrl-C saves and says how to go on.`,
    )
    .action(async ({ config: file, set = [], run, json, ...flags }: TrainFlags) => {
      const { loadConfig, train } = await import('../train/index.ts');
      const { runTraining } = await import('./run-training.ts');
      if (Array.isArray(flags.mix) && flags.mix.length === 1) [flags.mix] = flags.mix;
      const config = loadConfig({ ...(file === undefined ? {} : { file }), flags, set });
      await runTraining({ json }, (listener, signal) =>
        train(config, { run: run ?? defaultRun(config), listener, signal }),
      );
    });
}
