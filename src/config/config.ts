// Not by the index, with its loaders and decoders: what there is to configure must be told at once.
import { mostPadding } from '../data/picture-view.ts';
import { dataSets } from '../data/sets/open-data.ts';
import { mostThreads } from '../data/worker-thread.ts';
import { mixingMethods, parseMix } from '../mix/index.ts';
import { networks } from '../models/index.ts';
import { parseRegularizers, regularizers, StepContext } from '../nn/index.ts';
import { optimizers, schedules } from '../optim/index.ts';
import {
  boolean,
  choice,
  either,
  integer,
  type JsonSchema,
  type Kind,
  kind,
  listOf,
  number,
  option,
  type ResolvedSections,
  resolveSections,
  type Section,
  type SectionProblem,
  type SectionsOf,
  sectionsSchema,
  text,
} from '../options/index.ts';
import { exampleText, namedText, namedTexts } from './named-texts.ts';

const share = number({ above: 0, max: 1 });

const scaleKind = kind<readonly [number, number]>(
  'two numbers, above 0 up to 1',
  { type: 'array', items: share.schema, minItems: 2, maxItems: 2 },
  (value) => Array.isArray(value) && value.length === 2 && value.every((one) => share.accepts(one)),
);

const augment = {
  padding: option(integer({ min: 0, guard: mostPadding }), {
    default: 4,
    description: 'pixels of padding before a random crop; 0: no crop',
  }),
  flip: option(boolean, { default: true, description: 'mirror half of the images' }),
  scale: option(scaleKind, {
    description: 'pictures above 64 pixels: the share of the area that a random crop takes',
    otherwise: 'from 0.08 to 1',
  }),
  color: option(boolean, {
    default: false,
    description: "color jitter and PCA lighting, as in the paper's ImageNet code",
  }),
  randAugment: option(number({ min: 0, max: 30 }), {
    description: "magnitude of torchvision's RandAugment on pictures in color, of 30; its default is 9",
    otherwise: 'none',
  }),
  randAugmentOperations: option(integer({ min: 1 }), {
    description: "how many of RandAugment's operations act on a picture",
    otherwise: '2',
  }),
  erase: option(number({ min: 0, max: 1 }), {
    description: 'chance of a random rectangle to get the mean color',
    otherwise: '0',
  }),
};

const frozenKind = either(
  choice(['none', 'batch-norm', 'backbone']),
  integer({ min: 1 }),
  'one of none, batch-norm, backbone, or a number of stages of at least 1',
);

const perChannel = (what: string, one: Kind<number>) =>
  option(listOf(one, `a list of numbers ${what}, one for each channel`, { min: 1 }), {
    description: `${what === 'in 0..1' ? 'mean' : 'standard deviation'} of each channel, of values in 0..1`,
    otherwise: "the data's own; with weights whose config.json has one, that",
  });

const normalization = {
  mean: perChannel('in 0..1', number({ min: 0, max: 1 })),
  std: perChannel('above 0', number({ above: 0, max: 1 })),
};

/** As the network: that of the weights, or what suits the pictures. {@link withPublished} and {@link withChoices} put its name there. */
export const networkOfWeights = 'auto';

/**
 * What a training run is made of. What has no default is chosen by the data and the weights ({@link withChoices}); all else
 * follows the CutMix paper's CIFAR recipe (section 4.1.2 and the official code).
 */
export const trainOptions = {
  data: option(exampleText(dataSets), {
    default: 'shapes',
    description: "a folder or archive of a known data set, or 'shapes'",
  }),
  model: option(namedText(networks), {
    default: networkOfWeights,
    description:
      'the network; auto: that of the config.json of weights, else resnet20 up to 64 pixels and resnet18 above',
  }),
  mix: option(namedTexts("a mixing method as in 'cutmix:alpha=1'", mixingMethods, parseMix), {
    default: 'none' as string | readonly string[],
    description: 'none, or a mixing method; a+b draws one of them per batch; of several all act',
  }),
  regularize: option(
    namedTexts("a regularizer as in 'dropblock:keep=0.9'", regularizers, (list) =>
      parseRegularizers(list, new StepContext()),
    ),
    { default: [] as string | readonly string[], description: 'inside the network; several act together' },
  ),
  weights: option(text, {
    description:
      "what to start from, under torchvision's, timm's or Patchwork's names: a .safetensors file, an index of several, a " +
      'folder with config.json, or hf:OWNER/NAME of the Hugging Face hub',
    otherwise: 'weights drawn anew',
  }),
  weightsHead: option(choice(['auto', 'load', 'skip']), {
    default: 'auto',
    description: 'skip: the classifier starts anew; auto: where the weights are of another number of classes',
  }),
  freeze: option(frozenKind, {
    description: 'what does not learn: batch normalizations, all but the head, or so many stages from the input',
    otherwise: 'none',
  }),
  freezeEpochs: option(integer({ min: 1 }), {
    description: 'epochs for which that is frozen; then all learns',
    otherwise: 'the whole training',
  }),
  normalization: { description: 'what images are normalized by', section: normalization } satisfies Section,
  epochs: option(integer({ min: 1, guard: 1_000_000 }), {
    description: 'times over the training images',
    otherwise: 'by the number of steps',
  }),
  batchSize: option(integer({ min: 2, guard: 1_000_000 }), {
    description: 'images a step; one alone has no partner to mix with',
    otherwise: '64, fewer for few pictures',
  }),
  evalBatchSize: option(integer({ min: 1, guard: 1_000_000 }), {
    description: 'images a step of evaluation',
    otherwise: 'batchSize, at least 100',
  }),
  seed: option(integer({ min: 0 }), { default: 0, description: 'every random draw follows from it' }),
  precision: option(choice(['auto', 'fp32', 'bf16']), {
    default: 'auto',
    description: 'auto: bf16 where the processor has units for it',
  }),
  limitTrain: option(integer({ min: 1 }), {
    description: 'only the first N images of a seeded shuffle',
    otherwise: 'all',
  }),
  optimizer: { description: 'how weights follow their gradients', oneOf: optimizers, default: 'sgd' },
  schedule: {
    description: 'the learning rate over the training',
    oneOf: schedules,
    default: 'milestones',
    otherwise: 'cosine, after a warm-up of a twentieth of the epochs',
  },
  labelSmoothing: option(number({ min: 0, below: 1 }), {
    default: 0,
    description: 'share of the target spread over all classes',
  }),
  classWeights: option(choice(['none', 'balanced']), {
    default: 'none',
    description: 'balanced: in the loss an image counts the more, the fewer there are of its class',
  }),
  clipNorm: option(number({ above: 0 }), {
    description: "the gradients' norm over all parameters is brought down to this where it is larger",
    otherwise: 'left alone',
  }),
  averageDecay: option(number({ above: 0, below: 1 }), {
    description: 'measure and save an exponential moving average of the weights, of this decay a step',
    otherwise: 'the weights themselves',
  }),
  earlyStop: option(integer({ min: 1 }), {
    description: 'epochs in a row without a better one after which training ends',
    otherwise: 'all epochs are done',
  }),
  augment: { description: 'how training images are varied', section: augment } satisfies Section,
  onBadImage: option(choice(['fail', 'skip']), {
    default: 'fail',
    description: 'skip: leave out and list what cannot be decoded',
  }),
  allowSkipped: option(boolean, {
    default: false,
    description: 'go on where more than a tenth of the files of the data is passed over',
  }),
  limitPixels: option(integer({ min: 1, guard: 1_000_000_000 }), {
    default: 100_000_000,
    description: 'a picture of more counts as bad: a guard against bombs',
  }),
  cache: option(boolean, {
    default: false,
    description: 'keep decoded pictures in memory; sizes up to 64 pixels only',
  }),
  channelsLast: option(boolean, { default: true, description: 'memory layout NHWC, the faster one' }),
  threads: option(integer({ min: 1, guard: 1024 }), {
    description: "the engine's threads",
    otherwise: 'the physical cores',
  }),
  workers: option(integer({ min: 0, guard: mostThreads }), {
    default: 1,
    description: 'threads that prepare batches; 0: the main thread does',
  }),
  checkpointMinutes: option(number({ above: 0 }), {
    default: 5,
    description: 'minutes between checkpoints within an epoch',
  }),
};

/** A configuration with every default filled in; keys that have none are left out. */
export type TrainConfig = ResolvedSections<typeof trainOptions>;

/** A configuration as people write it: every key may be left out. */
export type TrainConfigInput = SectionsOf<typeof trainOptions>;

/** A configuration in which nothing is left to be chosen. */
export type ChosenConfig = TrainConfig & {
  [Key in 'batchSize' | 'epochs' | 'schedule']: NonNullable<TrainConfig[Key]>;
};

/** Everything wrong with a configuration, one problem a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Fills in the defaults; where anything is wrong, says all of it. */
export function resolveConfig(given: unknown): { config: TrainConfig; problems: SectionProblem[] } {
  const { $schema: _, ...keys } = (
    typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}
  ) as {
    $schema?: unknown;
  };
  const isMapping = typeof given === 'object' && given !== null && !Array.isArray(given);
  const { value, problems } = resolveSections(trainOptions, isMapping ? keys : given);
  return { config: value, problems: problems.length > 0 ? problems : contradictions(value) };
}

/** Values that are right by themselves, and not beside others. */
function contradictions({ optimizer, schedule, epochs, freeze = 'none', freezeEpochs }: TrainConfig): SectionProblem[] {
  const problem = (path: string[], expected: string, got: unknown): SectionProblem => ({
    path,
    sentence: `${path.join('.')}: expected ${expected}, got ${got}`,
  });
  const problems: SectionProblem[] = [];
  if (schedule !== undefined && epochs !== undefined && Number(schedule.warmupEpochs) > epochs) {
    const expected = `at most as many epochs of warm-up as there are epochs (${epochs})`;
    problems.push(problem(['schedule', 'warmupEpochs'], expected, schedule.warmupEpochs));
  }
  if (freezeEpochs !== undefined && freeze === 'none') {
    problems.push(problem(['freezeEpochs'], 'something that is frozen (freeze=backbone)', freezeEpochs));
  }
  if (freezeEpochs !== undefined && epochs !== undefined && freezeEpochs > epochs) {
    problems.push(problem(['freezeEpochs'], `at most as many as there are epochs (${epochs})`, freezeEpochs));
  }
  if (optimizer.name === 'sgd' && optimizer.nesterov === true && optimizer.momentum === 0) {
    const expected = 'a number above 0 with nesterov (or set optimizer.nesterov to false)';
    problems.push(problem(['optimizer', 'momentum'], expected, 0));
  }
  return problems;
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError that lists every problem, one a line: the key, what was expected, what came, the nearest word
 */
export function parseConfig(given: unknown): TrainConfig {
  const { config, problems } = resolveConfig(given);
  if (problems.length > 0) throw new ConfigError(problems.map(({ sentence }) => sentence));
  return config;
}

/** The JSON schema of a configuration file, with which an editor can complete and check it. */
export function configSchema(): JsonSchema {
  const { properties, ...schema } = sectionsSchema(trainOptions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A training of Patchwork',
    ...schema,
    properties: { $schema: { type: 'string' }, ...(properties as object) },
  };
}
