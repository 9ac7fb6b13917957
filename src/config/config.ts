import { z } from 'zod';
import { parseMix } from '../mix/index.ts';
import { parseRegularizers, StepContext } from '../nn/index.ts';
import { unknownWord } from '../options/index.ts';
import { ConfigError, problemsOf } from './config-problems.ts';

/*
 * The message of every check below says what was expected, in words that fit after "expected"; config-problems.ts adds
 * the key and what came. `section` alone writes whole sentences, one for each key that it does not know.
 */

const wholeNumber = (least: number) => {
  const expected = `a whole number of at least ${least}`;
  return z.int(expected).min(least, expected);
};

const text = z.string('text').min(1, 'text that is not empty');

function numberAbove(least: number, expected: string) {
  return z.number(expected).gt(least, expected);
}

function numberFrom(least: number, expected: string) {
  return z.number(expected).min(least, expected);
}

const positive = numberAbove(0, 'a number above 0');
const fraction = numberAbove(0, 'a fraction between 0 and 1').lt(1, 'a fraction between 0 and 1');
const fractionOrOne = numberAbove(0, 'a number above 0 up to 1').max(1, 'a number above 0 up to 1');
const notNegative = numberFrom(0, 'a number of at least 0');
const belowOne = numberFrom(0, 'a number from 0 to below 1').lt(1, 'a number from 0 to below 1');

function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (issue.keys as string[]).map((key) => unknownWord('unknown key', key, keys)).join('\n')
        : `a mapping with keys of ${keys.join(', ')}`,
  });
}

const classifierFactor = positive
  .default(1)
  .describe(
    "Times the learning rate for the classifier and what the network adds to a published one (VGG-GAP's conv6)",
  );

const sgd = section({
  name: z.literal('sgd').default('sgd'),
  learningRate: positive.default(0.1).describe('Peak learning rate'),
  classifierFactor,
  momentum: belowOne.default(0.9),
  nesterov: z.boolean('true or false').default(true),
  weightDecay: notNegative.default(1e-4).describe('L2 penalty on all parameters, those of batch norm included'),
});

const adamw = section({
  name: z.literal('adamw'),
  learningRate: positive.default(1e-3).describe('Peak learning rate'),
  classifierFactor,
  beta1: belowOne.default(0.9),
  beta2: belowOne.default(0.999),
  epsilon: positive.default(1e-8),
  weightDecay: notNegative.default(0.01).describe('Decoupled weight decay'),
});

const warmupEpochs = notNegative.default(0).describe('Epochs of linear warm-up; a fraction of one is allowed');

const milestones = section({
  name: z.literal('milestones').default('milestones'),
  milestones: z
    .array(fraction, 'a list of fractions')
    .refine((list) => list.every((value, i) => i === 0 || value > list[i - 1]!), 'fractions in rising order')
    .default([0.5, 0.75])
    .describe('Fractions of the training after which the learning rate is multiplied by factor'),
  factor: positive.default(0.1),
  warmupEpochs,
});

const cosine = section({ name: z.literal('cosine'), warmupEpochs });
const constant = section({ name: z.literal('constant'), warmupEpochs });

/** A text or a list of texts that a parser of this project reads. Its message stands by itself: it has the nearest word. */
const texts = (what: string, parse: (list: string[]) => unknown) =>
  z.union([text, z.array(text)], `${what}, or a list of such texts`).superRefine((value, context) => {
    try {
      parse([value].flat());
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message, params: { whole: true } });
    }
  });

/**
 * What a training run is made of. Defaults follow the CutMix paper's CIFAR recipe (section 4.1.2 and the official code:
 * batch 64, SGD with Nesterov momentum 0.9, weight decay 1e-4, learning rate divided by 10 at 50 % and 75 %), except
 * that the learning rate is 0.1, which the authors used for smaller networks (the paper's 0.25 is for PyramidNet-200),
 * and that 10 epochs stand for 300. The paper says nothing of AdamW: its defaults are PyTorch's.
 */
export const trainConfigSchema = section({
  data: text.default('shapes').describe("A folder or archive of a known data set, or 'shapes', which is drawn"),
  model: text.default('resnet20').describe('Name of a network'),
  mix: texts("a mixing method as in 'cutmix:alpha=1'", parseMix)
    .default('none')
    .describe(
      "'none', 'cutmix', 'cutmix:alpha=1,probability=0.5', 'cutmix+mixup' (one a batch), ['cutout', 'mixup'] (both)",
    ),
  regularize: texts("a regularizer as in 'dropblock:keep=0.9'", (list) => parseRegularizers(list, new StepContext()))
    .default([])
    .describe("Inside the network: 'dropblock', 'stochastic-depth', 'shakedrop', 'dropout'; with options as in mix"),
  weights: text.optional().describe("A safetensors file to start from, under torchvision's, timm's or our names"),
  weightsHead: z.enum(['load', 'skip']).default('load').describe('skip: the classifier starts anew'),
  epochs: wholeNumber(1).default(10),
  batchSize: wholeNumber(2).default(64).describe('Images a step; one alone has no partner to mix with'),
  evalBatchSize: wholeNumber(1).optional().describe('Images a step of evaluation; default: batchSize'),
  seed: wholeNumber(0).default(0).describe('Every random draw follows from it'),
  precision: z
    .enum(['auto', 'fp32', 'bf16'])
    .default('auto')
    .describe('auto: bf16 where the processor has units for it'),
  limitTrain: wholeNumber(1).optional().describe('Train on the first N images of a seeded shuffle'),
  optimizer: z.discriminatedUnion('name', [sgd, adamw], 'a mapping').prefault({ name: 'sgd' }),
  schedule: z.discriminatedUnion('name', [milestones, cosine, constant], 'a mapping').prefault({ name: 'milestones' }),
  labelSmoothing: belowOne.default(0).describe('Share of the target spread over all classes'),
  augment: section({
    padding: wholeNumber(0).default(4).describe('Pixels of padding before a random crop; 0: no crop'),
    flip: z.boolean('true or false').default(true).describe('Mirror half of the images'),
    scale: z
      .tuple([fractionOrOne, fractionOrOne], 'two numbers, above 0 up to 1')
      .optional()
      .describe('Pictures above 64 pixels: the share of the area that a random crop takes; default: from 0.08 to 1'),
    color: z
      .boolean('true or false')
      .default(false)
      .describe("Color jitter and PCA lighting, as in the paper's ImageNet code"),
  }).prefault({}),
  onBadImage: z.enum(['fail', 'skip']).default('fail').describe('skip: leave out and list what cannot be decoded'),
  limitPixels: wholeNumber(1).default(100_000_000).describe('A picture of more counts as bad: a guard against bombs'),
  cache: z.boolean('true or false').default(false).describe('Keep decoded pictures in memory; up to 64 pixels'),
  channelsLast: z.boolean('true or false').default(true).describe('Memory layout NHWC, the faster one'),
  threads: wholeNumber(1).optional().describe('Threads of the engine; default: the physical cores'),
  workers: wholeNumber(0).default(1).describe('Threads that prepare batches; 0: the main thread does'),
  checkpointMinutes: positive.default(5).describe('Minutes between checkpoints within an epoch'),
}).superRefine(({ optimizer, schedule, epochs }, context) => {
  if (schedule.warmupEpochs > epochs) {
    const message = `at most as many epochs of warm-up as there are epochs (${epochs})`;
    context.addIssue({ code: 'custom', path: ['schedule', 'warmupEpochs'], message });
  }
  if (optimizer.name === 'sgd' && optimizer.nesterov && optimizer.momentum === 0) {
    const message = 'a number above 0 with nesterov (or set optimizer.nesterov to false)';
    context.addIssue({ code: 'custom', path: ['optimizer', 'momentum'], message });
  }
});

/** A configuration with every default filled in. */
export type TrainConfig = z.output<typeof trainConfigSchema>;

/** A configuration as people write it: every key may be left out. */
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError that lists every problem, one a line: the key, what was expected, what came, the nearest word
 */
export function parseConfig(value: unknown): TrainConfig {
  const result = trainConfigSchema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(problemsOf(result.error, value).map(({ sentence }) => sentence));
}

/** The JSON schema of a configuration file, with which an editor can complete and check it. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(trainConfigSchema, { io: 'input' });
}
