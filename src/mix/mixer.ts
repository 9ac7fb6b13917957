/** What all methods share: when they are applied, where, and to what at once. */
import type { RandomStream } from '../random/index.ts';
import { checkChoice, checkProbability, checkStages, methodText, type OptionValue } from './options.ts';
import { type BatchShape, type Box, entryOf, type Grid, type How, type Mixer, type MixPlan } from './plan.ts';

/** How often a method is applied. */
export interface RateOptions {
  /** How often it is applied, 0 .. 1: per batch or per sample, as `granularity` says. Default 1. */
  probability?: number;
  /** Whether a batch is mixed as a whole, by one draw, or each of its samples by one of its own. */
  granularity?: Granularity;
  /** `linear`: the probability rises from 0 to `probability` over the training, step by step. Default 'constant'. */
  schedule?: Schedule;
}

export interface StageOptions {
  /**
   * Where it acts, one drawn for each batch: 0 is the image, 1 the map after the stem, k + 1 that after the network's
   * layer k. VGG-GAP has no stem: k is the map after its block k.
   */
  stages?: number | readonly number[];
}

export type Granularity = 'batch' | 'sample';

/** The part of the probability that holds when `progress` of the training, 0 .. 1, is done. */
const schedules = {
  constant: () => 1,
  linear: (progress) => progress,
} satisfies Record<string, (progress: number) => number>;

export type Schedule = keyof typeof schedules;

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
  options: Readonly<Record<string, OptionValue>>;
  rate: Required<RateOptions>;
  /** Undefined: the image, without an option for it. */
  stages?: number | readonly number[] | undefined;
  /** One draw for each sample at any granularity, which then says only who is chosen. Default false. */
  drawsEachSample?: boolean;
  draw(grid: Grid, random: RandomStream): Mixing;
}

export const RATE_OPTIONS = ['probability', 'granularity', 'schedule'] as const;

/** The mixer of a method. @throws where an option of its rate or its stages is out of range */
export function mixerOf(method: Method): Mixer {
  const { name, how, options, rate, stages } = method;
  checkProbability(name, 'probability', rate.probability);
  checkChoice(name, 'granularity', rate.granularity, ['batch', 'sample']);
  checkChoice(name, 'schedule', rate.schedule, Object.keys(schedules));
  const places = stages === undefined ? [0] : checkStages(name, stages);
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
  { probability, granularity, schedule }: Required<RateOptions>,
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
  { height, width }: Grid,
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
export function gridsOf(method: string, places: readonly number[], { height, width, stages = [] }: BatchShape): Grid[] {
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
export function wholeBox({ height, width }: Grid): Box {
  return { x1: 0, y1: 0, x2: width, y2: height };
}

/** For a sample that was not chosen. */
function unmixed(how: How, grid: Grid): Mixing {
  const box = how === 'blend' ? wholeBox(grid) : { x1: 0, y1: 0, x2: 0, y2: 0 };
  return { box, lambda: 1, labelWeight: 1 };
}
