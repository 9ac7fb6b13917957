import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { TrainConfig } from '../config/index.ts';
import { defaultText, type SectionSpecs } from '../options/index.ts';
import { addSpecFlags, repeatable, type SpecFlagOptions } from './flags.ts';
import { addExamples, definitionsText, entriesText, paragraphsText, sectionKeysText } from './help-texts.ts';
import { print } from './terminal.ts';

interface TrainFlags {
  config?: string;
  set?: string[];
  run?: string;
  json?: boolean;
  findLr?: boolean;
  [configKey: string]: unknown;
}

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork train --data photos --weights hf:timm/resnet18.a1_in1k --mix cutmix   photographs: start from published weights
  patchwork train --data cifar-100-binary --model resnet20 --mix cutmix --epochs 30
  patchwork train --data shapes:train=1000,test=200 --epochs 2          a quick try on drawn pictures
  patchwork train --data photos --weights hf:timm/resnet18.a1_in1k --freeze backbone --freeze-epochs 3    fine-tune, head first
  patchwork train --data photos:validationShare=0.1 --mix cutmix        the best epoch is chosen apart from the test images
  patchwork train --mix cutout --mix mixup:alpha=0.5                    both, one after the other
  patchwork train --mix cutmix+mixup --regularize shakedrop             one of the two per batch, and ShakeDrop
  patchwork train --optimizer adamw:weightDecay=0.05 --schedule cosine:warmupEpochs=5
  patchwork train --mix cutmix:probability=0.5 --set optimizer.learningRate=0.05 --run runs/try`,
  );
  const { trainOptions } = await import('../config/config.ts');
  command
    .option('--run <dir>', 'the run folder (default: a new one in runs/)')
    .option(...configFlag)
    .option('--json', 'print the result as JSON on standard output')
    .option('--find-lr', 'train nothing: draw the loss by rising learning rates, and propose one');
  addConfigFlags(command, trainOptions)
    .addHelpText('after', `\n${await trainingText()}\n`)
    .addHelpText(
      'after',
      paragraphsText(`A file for --config may name its schema, for editors to complete and check it: patchwork schema --help.
Ctrl-C saves and says how to go on.`),
    )
    .action(trainOnce);
}

export const configFlag = ['--config <file>', 'YAML or JSON with any keys; flags win over it'] as const;

/** What most trainings are told. */
const common: readonly string[] = [
  'data',
  'weights',
  'model',
  'mix',
  'epochs',
  'batchSize',
  'optimizer',
  'earlyStop',
  'seed',
];

/** Adds a flag for each of these keys of the configuration, and one for any key. */
export function addConfigFlags(command: Command, specs: SectionSpecs, options: SpecFlagOptions = {}): Command {
  const isCommon = ([key]: readonly [string, unknown]) => common.includes(key);
  const entries = Object.entries(specs);
  addSpecFlags(command, Object.fromEntries(entries.filter(isCommon)), options).option(
    '--set <key=value>',
    'any key, as in optimizer.learningRate=0.05; repeatable, wins over all',
    repeatable,
  );
  command.optionsGroup('Less common options:');
  return addSpecFlags(command, Object.fromEntries(entries.filter((entry) => !isCommon(entry))), options);
}

/** Every data set, network, method, optimizer and schedule, and the keys that have no flag. */
async function trainingText(): Promise<string> {
  const { trainOptions } = await import('../config/config.ts');
  // As in the configuration, without loaders and decoders, which help does not need.
  const { dataSets } = await import('../data/sets/open-data.ts');
  const { networkPatterns, networks } = await import('../models/index.ts');
  const { mixingMethods } = await import('../mix/index.ts');
  const { regularizers } = await import('../nn/index.ts');
  const { optimizers, schedules } = await import('../optim/index.ts');
  const sizes = [...new Set([...networks].map(({ pictures }) => pictures))];
  const namesFor = (size: number) =>
    [...networks].filter(({ pictures }) => pictures === size).map(({ name, options }) => defaultText(name, options));
  return [
    definitionsText(
      'Data, for --data',
      [...dataSets].map((set) => ({ ...set, name: set.example })),
    ),
    entriesText('Networks, for --model', [
      ...sizes.map((size) => [`${size} pixels`, namesFor(size).join(', ')] as const),
      ['by pattern', ...networkPatterns.map(({ text }) => text)],
    ]),
    definitionsText('Mixing methods, for --mix', mixingMethods),
    definitionsText('Regularizers, for --regularize', regularizers),
    definitionsText('Optimizers, for --optimizer; one option by --set optimizer.OPTION=VALUE', optimizers),
    definitionsText('Schedules, for --schedule; one option by --set schedule.OPTION=VALUE', schedules),
    sectionKeysText('More keys, for --config and --set', trainOptions),
  ].join('\n\n');
}

async function trainOnce({ config: file, set = [], run, json, findLr, ...flags }: TrainFlags): Promise<void> {
  const { loadConfig, train } = await import('../config/index.ts');
  const { runTraining } = await import('./run-training.ts');
  const asked = loadConfig({ ...(file === undefined ? {} : { file }), flags: oneAlone(flags), set });
  if (findLr) return proposeRate(asked, run);
  await runTraining({ json }, (listener, signal) => train(asked, { run: run ?? defaultRun, listener, signal }));
}

/** The range test of the learning rate, with its curve as a page. */
async function proposeRate(asked: TrainConfig, folder: string | undefined): Promise<void> {
  const { findRate } = await import('../config/index.ts');
  const { writeLearningRates } = await import('../report/index.ts');
  const { ProgressDisplay } = await import('./progress-display.ts');
  const display = new ProgressDisplay();
  const { config, ...found } = await findRate(asked, {
    onStep: (done, of) => display.work('trying learning rates', done, of),
  });
  display.close();
  const { model, data, batchSize, optimizer } = config;
  const name = folder === undefined ? `${basename(defaultRun(config))}-learning-rates.html` : 'learning-rates.html';
  const path = join(folder ?? 'runs', name);
  writeLearningRates(found, path, `${model} on ${data} in batches of ${batchSize}, ${optimizer.name}`);
  const { proposed } = found;
  const words =
    proposed === undefined
      ? 'the loss never falls: look at the labels'
      : `proposed: --set optimizer.learningRate=${Number(proposed.toPrecision(2))}   (without it: ${optimizer.learningRate})`;
  print(`${words}\n${path}\n`);
}

/** A list of one text is that text, as people write it in files. */
function oneAlone(flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(flags);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Array.isArray(value) && value.length === 1 ? value[0] : value]),
  );
}

type NamingKeys = Pick<TrainConfig, 'data' | 'model' | 'mix' | 'regularize'>;

/** `runs/cifar-100-binary-resnet20-cutmix`, with a number where that is taken. */
export function defaultRun({ data, model, mix, regularize }: NamingKeys): string {
  const methods = [mix, regularize].flat().filter((text) => text !== 'none');
  // Without the options behind a colon, which the weights may have chosen.
  const name = basename(data.replace(/:[^/]*$/, '')).replace(/\.(tar\.gz|tgz)$/, '');
  const words = [name, model, ...methods];
  const folder = words.join('-').replace(/[^\w.+-]+/g, '_');
  for (let n = 1; ; n++) {
    const path = join('runs', n === 1 ? folder : `${folder}-${n}`);
    if (!existsSync(path)) return path;
  }
}
