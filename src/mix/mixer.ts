/** What all methods share: when they are applied, where, and to what at once. */
import type { Box, Size } from '../geometry/index.ts';
import {
  choice,
  either,
  integer,
  type Kind,
  kind,
  methodText,
  number,
  type OptionsOf,
  option,
  type ResolvedOptions,
} from '../options/index.ts';
import type { RandomStream } from '../random/index.ts';
import { type BatchShape, entryOf, type How, type Mixer, type MixPlan } from './plan.ts';

/** The part of the probability that holds when `progress` of the training, 0 .. 1, is done. */
const schedules = {
  constant: () => 1,
  linear: (progress) => progress,
} satisfies Record<string, (progress: number) => number>;

export type Schedule = keyof typeof schedules;
export type Granularity = 'batch' | 'sample';

/** Of Beta(alpha, alpha). Other programs take an alpha of 0 for no mixing; here that is no method at all. */
export const alphaKind: Kind<number> = {
  ...number({ above: 0 }, { hint: (value) => (value === 0 ? "; to mix nothing, use 'none'" : '') }),
  expected: 'a finite number above 0',
};

/** How often a method is applied, and to what at once. */
export const rateOptions = (granularity: Granularity, probability = 1) => ({
  probability: option(number({ min: 0, max: 1 }), {
    default: probability,
    description: 'how often it is applied, per batch or per sample as granularity says',
  }),
  granularity: option(choice(['batch', 'sample']), {
    default: granularity,
    description: 'whether a batch is mixed as a whole, by one draw, or each of its samples by one of its own',
  }),
  schedule: option(choice(['constant', 'linear']), {
    default: 'constant',
    description: 'linear: the probability rises from 0 to its value over the training, step by step',
  }),
});

export type RateOptions = OptionsOf<ReturnType<typeof rateOptions>>;

const stage = integer({ min: 0 });
const stageList = 'different whole numbers from 0 up, as in 0/2/3';

const stagesKind: Kind<number | readonly number[]> = {
  ...either(
    stage,
    kind<readonly number[]>(
      stageList,
      { type: 'array', items: stage.schema, minItems: 1, uniqueItems: true },
      (value) =>
        Array.isArray(value) && value.length > 0 && new Set(value).size === value.length && value.every(stage.accepts),
    ),
  ),
  expected: stageList,
};

/** Where a method acts that may also mix hidden maps, one place drawn for each batch. */
export const stageOptions = <const Stages extends readonly number[]>(stages: Stages) => ({
  stages: option(stagesKind, {
    default: stages as readonly number[],
    description:
      "where it acts, one drawn for each batch: 0 is the image, 1 the map after the stem, k + 1 that after the network's " +
      'layer k (VGG-GAP has no stem: k is the map after its block k)',
  }),
});

export type StageOptions = OptionsOf<ReturnType<typeof stageOptions>>;

/** How one sample, or the whole batch, is mixed. */
export interface Mixing {
  box: Box;
  lambda: number;
  labelWeight: number;
}

export interface Method {
  name: string;
  how: How;
  /** The options of its own. Those of its rate and its stages are added to the text. */
  options: Readonly<Record<string, unknown>>;
  rate: Rate;
  /** Undefined: the image, without an option for it. */
  stages?: number | readonly number[] | undefined;
  /** One draw for each sample at any granularity, which then says only who is chosen. Default false. */
  drawsEachSample?: boolean;
  draw(grid: Size, random: RandomStream): Mixing;
}

/** How often a method is applied, with all defaults. */
export type Rate = ResolvedOptions<ReturnType<typeof rateOptions>>;

/** The mixer of a method. */
export function mixerOf(method: Method): Mixer {
  const { name, how, options, rate, stages } = method;
  const places = stages === undefined ? [0] : [stages].flat();
  return {
    method: name,
    text: methodText(name, { ...options, ...rate, ...(stages === undefined ? {} : { stages: places }) }),
    mixesLabels: how !== 'erase',
    stages: places,
    sample(shape, random, progress = 0) {
      const grids = gridsOf(name, places, shape);
      const chosen = drawChosen(rate, shape.batch, random, progress);
      if (!chosen.includes(true)) return null;
      const place = places.length === 1 ? 0 : random.integer(places.length);
      return drawPlan(method, places[place]!, grids[place]!, chosen, shape.batch, random);
    },
  };
}

/** Whether the batch is mixed, or which of its samples are. The probability counts here, and nowhere else. */
function drawChosen(
  { probability, granularity, schedule }: Rate,
  batch: number,
  random: RandomStream,
  progress: number,
): boolean[] {
  const now = probability * schedules[schedule](progress);
  return Array.from({ length: granularity === 'batch' ? 1 : batch }, () => random.uniform() < now);
}

function drawPlan(
  { name, how, drawsEachSample = false, draw }: Method,
  stage: number,
  { height, width }: Size,
  chosen: readonly boolean[],
  batch: number,
  random: RandomStream,
): MixPlan {
  const grid = { height, width };
  const permutation = how === 'erase' ? Array.from({ length: batch }, (_, n) => n) : [...random.permutation(batch)];
  const mixings = Array.from({ length: drawsEachSample ? batch : chosen.length }, (_, n) =>
    entryOf(chosen, n) ? draw(grid, random) : unmixed(how, grid),
  );
  return {
    method: name,
    how,
    stage,
    ...grid,
    permutation,
    boxes: mixings.map(({ box }) => box),
    lambda: mixings.map(({ lambda }) => lambda),
    labelWeight: how === 'erase' ? [1] : mixings.map(({ labelWeight }) => labelWeight),
  };
}

/** The grids of all places where a method may act: a missing one is found at the first batch, drawn for it or not. */
export function gridsOf(method: string, places: readonly number[], { height, width, stages = [] }: BatchShape): Size[] {
  return places.map((place) => {
    const grid = place === 0 ? { height, width } : stages[place];
    if (grid) return grid;
    const there = Array.from({ length: Math.max(stages.length, 1) }, (_, stage) => stage);
    throw new Error(
      `${method}: expected stages among ${there.join(', ')}, got ${place}; ` +
        '0 is the image, the others are the hidden maps that the network shows (shape.stages)',
    );
  });
}

/** The whole grid: the box of every blend. */
export function wholeBox({ height, width }: Size): Box {
  return [0, 0, width, height];
}

/** For a sample that was not chosen. */
function unmixed(how: How, grid: Size): Mixing {
  const box: Box = how === 'blend' ? wholeBox(grid) : [0, 0, 0, 0];
  return { box, lambda: 1, labelWeight: 1 };
}
