/** What people type: files of a configuration, texts of methods and data, flags. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addConfigFlags } from '../../../src/cli/train-command.ts';
import { trainOptions } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { dataSets, oodSets, parseDataText, parseOodSets } from '../../../src/data/index.ts';
import { parseSuites } from '../../../src/evaluate/index.ts';
import { mixingMethods, parseMix } from '../../../src/mix/index.ts';
import { networks } from '../../../src/models/index.ts';
import { parseRegularizers, regularizers, StepContext } from '../../../src/nn/index.ts';
import { optimizers, schedules } from '../../../src/optim/index.ts';
import { type Definition, parseMethod, parseOptionText, splitMethods } from '../../../src/options/index.ts';
import { type Family, family } from '../family.ts';
import { chance, edges, mutateBytes, mutateText, pick } from '../mutate.ts';

const yaml = `# a training
data: shapes:train=64,test=32
model: resnet20
mix: [cutmix:alpha=1, mixup]
regularize: shakedrop
epochs: 3
batchSize: 64
seed: 1
optimizer: { name: sgd, learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }
schedule:
  name: cosine
  warmupEpochs: 5
precision: fp32
threads: 1
`;

const json = JSON.stringify({
  ...{ data: 'shapes', model: 'resnet20', mix: 'cutmix', epochs: 3, optimizer: 'adamw:weightDecay=0.05' },
  ...{ schedule: { name: 'step', milestones: [1, 2] }, augment: { flip: true }, average: { decay: 0.99 } },
});

/** Names of methods and of all their options, and of all keys. */
function knownWords(): string[] {
  const lists: Iterable<Definition<unknown, never>>[] = [mixingMethods, regularizers, optimizers, schedules, networks, dataSets, oodSets]; // biome-ignore format: a list
  const words = lists.flatMap((list) => [...list].flatMap(({ name, options }) => [name, ...Object.keys(options)]));
  return [...new Set([...words, ...Object.keys(trainOptions)])];
}

export const configurations: Family = family<{ name: string; text: string | Uint8Array }>({
  name: 'config',
  description: 'files of a configuration, YAML and JSON',
  async open(folder) {
    const words = [
      ...knownWords(),
      'learningRate: ',
      '- a',
      '{x: 1}',
      '*a',
      '&a [*a]',
      '!!set',
      '|\n  x',
      '? a\n: b',
      '<<: *a',
    ];
    return {
      make: (random) => {
        const isJson = chance(random, 0.4);
        const text = mutateText(random, isJson ? json : yaml, words);
        const bytes = chance(random, 0.1) ? mutateBytes(random, Buffer.from(text)) : text;
        return { name: isJson ? 'c.json' : 'c.yaml', text: bytes };
      },
      run({ name, text }) {
        writeFileSync(join(folder, name), text);
        return loadConfig({ file: join(folder, name) });
      },
    };
  },
});

const optionText = [
  ...[
    'cutmix:alpha=1',
    'cutmix:probability=0.5,granularity=sample',
    'mixup:alpha=0.2',
    'cutout:size=16',
    'cutmix+mixup',
  ],
  ...['dropblock:keep=0.9,groups=2/3', 'shakedrop:deepest=0.5', 'stochastic-depth', 'dropout:rate=0.5'],
  ...['accuracy,localization:maps=cam', 'ood:sets=uniform/gaussian', 'robustness:attacks=fgsm', 'all'],
  ...[
    'shapes:train=64,test=32,size=16',
    'photos:size=224',
    'train-{000..127}.tar:size=224',
    'uniform,gaussian:images=100',
  ],
  ...['sgd:momentum=0.9,nesterov=true', 'adamw:weightDecay=0.05', 'cosine:warmupEpochs=5', 'step:milestones=1/2/3'],
];

export const optionTexts: Family = family<{ reader: number; text: string }>({
  name: 'texts',
  description: 'texts of methods, options, suites and data',
  async open() {
    const words = knownWords();
    const step = new StepContext();
    const readers: ((text: string) => unknown)[] = [
      parseMix,
      (text) => parseRegularizers([text], step),
      parseSuites,
      parseDataText,
      parseOodSets,
      parseMethod,
      (text) => parseOptionText('fuzz', text),
      splitMethods,
      (text) => loadConfig({ set: [text] }),
      ...(['data', 'model', 'mix', 'regularize', 'optimizer', 'schedule'] as const).map(
        (key) => (text: string) => loadConfig({ set: [`${key}=${text}`] }),
      ),
      (text) => optimizers.parse(text),
      (text) => schedules.parse(text),
      (text) => networks.parse(text),
    ];
    return {
      make: (random) => ({
        reader: random.integer(readers.length),
        text: mutateText(random, pick(random, optionText), [...words, 'optimizer.learningRate=', 'x=1,', '=', '/']),
      }),
      run: ({ reader, text }) => readers[reader]!(text),
    };
  },
});

export const flags: Family = family<string[]>({
  name: 'flags',
  description: "the flags of train's command line, and the configuration that they make",
  async open() {
    const words = knownWords();
    const command = () => addConfigFlags(new Command('train').exitOverride().configureOutput({ writeErr() {}, writeOut() {} }), trainOptions); // biome-ignore format: one call
    const names = command().options.map(({ long }) => long!);
    return {
      make: (random) =>
        Array.from({ length: 1 + random.integer(5) }, () => {
          const name = chance(random, 0.9) ? pick(random, names) : mutateText(random, pick(random, names));
          const value = pick(random, [
            () => mutateText(random, pick(random, optionText), words),
            () => String(pick(random, edges)),
            () => pick(random, words),
            () => `optimizer.${pick(random, words)}=${pick(random, edges)}`,
          ])();
          return chance(random, 0.1) ? [name] : [name, value];
        }).flat(),
      run(words) {
        const parsed = command().parse(words, { from: 'user' });
        const { set, ...given } = parsed.opts<{ set?: string[] }>();
        return loadConfig({ flags: given, ...(set !== undefined && { set }) });
      },
    };
  },
});
