/** Optimizers and schedules by name, for configurations: the lists to which one's own are added. */
import { boolean, type Definition, DefinitionList, define, kind, number, option } from '../options/index.ts';
import type { Tensor } from '../torch/index.ts';
import { AdamW } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import type { ParameterGroupsOptions } from './parameter-groups.ts';
import { constant, cosine, milestones, type Schedule, warmup } from './schedules.ts';
import { SGD } from './sgd.ts';

/** An optimizer: `make` gives one for a network's parameters. Its options must hold `learningRate`. */
export type OptimizerDefinition = Definition<
  Optimizer,
  [parameters: ReadonlyMap<string, Tensor>, groups?: ParameterGroupsOptions['groups']]
>;

/** A schedule: `make` gives one for the peak learning rate and the number of epochs. */
export type ScheduleDefinition = Definition<Schedule, [rate: number, epochs: number]>;

const learningRates = (usual: number) => ({
  learningRate: option(number({ above: 0 }), {
    description: 'peak learning rate',
    otherwise: `${usual} in batches of 64, in proportion for others; 0.4 times that from weights`,
  }),
  headLearningRateMultiplier: option(number({ above: 0 }), {
    description:
      "times the learning rate for the classifier and what the network adds to a published one (VGG-GAP's conv6)",
    otherwise: '1; 10 from weights',
  }),
  layerDecay: option(number({ above: 0, max: 1 }), {
    description: 'times the learning rate for each stage of the network, counted back from the classifier',
    otherwise: '1',
  }),
});

const sgdDefinition: OptimizerDefinition = define({
  name: 'sgd',
  description: 'stochastic gradient descent with momentum',
  options: {
    ...learningRates(0.1),
    momentum: option(number({ min: 0, below: 1 }), { default: 0.9, description: 'share of the last update kept' }),
    nesterov: option(boolean, { default: true, description: 'look ahead by one momentum step; needs momentum' }),
    weightDecay: option(number({ min: 0 }), {
      default: 1e-4,
      description: 'L2 penalty on all parameters, those of batch normalization included',
    }),
  },
  make: (
    { momentum, nesterov, weightDecay },
    parameters: ReadonlyMap<string, Tensor>,
    groups?: ParameterGroupsOptions['groups'],
  ) => new SGD(parameters, { momentum, nesterov, weightDecay, groups }),
});

// The paper says nothing of AdamW: its defaults are PyTorch's.
const adamwDefinition: OptimizerDefinition = define({
  name: 'adamw',
  description: 'Adam with decoupled weight decay',
  options: {
    ...learningRates(1e-3),
    beta1: option(number({ min: 0, below: 1 }), { default: 0.9, description: 'decay rate of the first moment' }),
    beta2: option(number({ min: 0, below: 1 }), { default: 0.999, description: 'decay rate of the second moment' }),
    epsilon: option(number({ above: 0 }), { default: 1e-8, description: 'added to the root of the second moment' }),
    weightDecay: option(number({ min: 0 }), { default: 0.01, description: 'decoupled weight decay' }),
  },
  make: (
    { beta1, beta2, epsilon, weightDecay },
    parameters: ReadonlyMap<string, Tensor>,
    groups?: ParameterGroupsOptions['groups'],
  ) => new AdamW(parameters, { betas: [beta1, beta2], epsilon, weightDecay, groups }),
});

/** Every optimizer. */
export const optimizers: DefinitionList<OptimizerDefinition> = new DefinitionList('optimizer', [
  sgdDefinition,
  adamwDefinition,
]);

const warmupEpochs = option(number({ min: 0 }), {
  default: 0,
  description: 'epochs of linear warm-up; a fraction of one is allowed',
});

function warmedUp(schedule: Schedule, epochs: number): Schedule {
  return epochs > 0 ? warmup(schedule, { epochs }) : schedule;
}

const isFraction = (value: unknown) => typeof value === 'number' && value > 0 && value < 1;

const risingFractions = kind<readonly number[]>(
  'fractions between 0 and 1 in rising order',
  { type: 'array', items: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } },
  (value) => Array.isArray(value) && value.every((one, i) => isFraction(one) && (i === 0 || one > value[i - 1])),
);

/** Every schedule of the learning rate. */
export const schedules: DefinitionList<ScheduleDefinition> = new DefinitionList<ScheduleDefinition>('schedule', [
  define({
    name: 'milestones',
    description: 'multiplied by a factor at some points of the training',
    options: {
      milestones: option(risingFractions, {
        default: [0.5, 0.75] as readonly number[],
        description: 'fractions of the training after which the learning rate is multiplied by factor',
      }),
      factor: option(number({ above: 0 }), { default: 0.1, description: 'what it is multiplied by' }),
      warmupEpochs,
    },
    make: ({ milestones: parts, factor, warmupEpochs: warm }, rate: number, epochs: number) =>
      warmedUp(milestones(rate, { milestones: parts.map((part) => part * epochs), factor }), warm),
  }),
  define({
    name: 'cosine',
    description: 'half a cosine down to 0',
    options: { warmupEpochs },
    make: ({ warmupEpochs: warm }, rate: number, epochs: number) => warmedUp(cosine(rate, { epochs }), warm),
  }),
  define({
    name: 'constant',
    description: 'the same throughout',
    options: { warmupEpochs },
    make: ({ warmupEpochs: warm }, rate: number) => warmedUp(constant(rate), warm),
  }),
]);
