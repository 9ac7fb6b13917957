/** What is wrong with a task, its data or its parts is said by name, and before anything is lost. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { createLoader, type Dataset, dataset } from '../data/index.ts';
import { Linear, Module } from '../nn/index.ts';
import { constant, optimizers, SGD, schedules } from '../optim/index.ts';
import { define } from '../options/index.ts';
import { readMetrics } from '../runs/index.ts';
import { localRuntime, type Meter, preparedImages, type StepLoss, type Task } from '../tasks/index.ts';
import { Generator, type Tensor, tensor } from '../torch/index.ts';
import { fit } from './fit.ts';

const pixels = 16 * 16;

class Brightness extends Module {
  readonly line = this.child('line', new Linear(pixels, 1));

  constructor() {
    super();
    this.initialize(new Generator(0));
  }

  forward(images: Tensor): Tensor {
    return this.line.forward(images.flatten({ startDim: 1 })).flatten();
  }
}

interface Input {
  images: Tensor;
  brightness: Tensor;
}

/** Eight gray pictures; the target of each is how bright it is. */
function grays(changes: Partial<Pick<Dataset<number>, 'target'>> = {}): Dataset<number> {
  const images = Uint8Array.from({ length: 8 * pixels }, (_, place) => 30 * Math.floor(place / pixels));
  const normalization = { mean: [0.5], std: [0.5] };
  const target = (index: number) => index / 8;
  return dataset({ name: 'grays', channels: 1, height: 16, images, normalization, target, ...changes });
}

function brightness(model: Module, { normalization }: Dataset<number>): Task<number, Input, unknown> {
  return {
    model,
    goal: { score: 'meanError', better: 'lower' },
    prepare: (batch, runtime) => ({
      images: preparedImages(batch, normalization, runtime),
      brightness: tensor(Float32Array.from(batch.targets)),
    }),
    loss: (input) => ({ loss: model.forward(input.images).sub(input.brightness).square().mean() }),
    predict: ({ images }) => model.forward(images),
    meter: () => meterOf({ meanError: 0.25 }),
  };
}

/** A meter that says the same of whatever it sees. */
function meterOf(scores: Record<string, number>): Meter<Input, unknown> {
  return { add() {}, merge() {}, state: () => null, result: () => scores };
}

async function fitWith(changes: Partial<Task<number, Input, unknown>>, set = grays(), epochs = 1) {
  const model = new Brightness();
  const run = join(temporaryFolder(), 'run');
  const loader = () => createLoader(set, { batchSize: 4, shuffle: false, seed: 0, workers: 0 });
  const task = { ...brightness(model, set), ...changes };
  const optimizer = new SGD(model.namedParameters(), {});
  const [train, validation, runtime] = [loader(), loader(), localRuntime({ precision: 'fp32' })];
  return { run, fitting: fit({ task, train, validation, optimizer, schedule: constant(0.01), epochs, run, runtime }) };
}

/** A value that TypeScript would not let through. */
const untyped = <Value>(value: unknown): Value => value as Value;

it('a whole task trains: the errors below are of what is changed', async () => {
  const { run, fitting } = await fitWith({});
  expect(await fitting).toMatchObject({ outcome: 'finished', best: { epoch: 1, scores: { meanError: 0.25 } } });
  expect(readMetrics(join(run, 'metrics.jsonl')).map(({ kind }) => kind)).toEqual(['epoch']);
});

describe('before there is a run folder', () => {
  it.each([
    [undefined, 'task: expected a goal, as {'],
    [{ score: 'meanError' }, 'which says what the best epoch is; got {"score":"meanError"}'],
    [{ score: 'meanError', better: 'less' }, 'got {"score":"meanError","better":"less"}'],
    [{ score: 'learningRate', better: 'lower' }, "got 'learningRate', which records have themselves"],
  ])('the goal %j is refused', async (goal, words) => {
    const { run, fitting } = await fitWith({ goal: untyped(goal) });
    await expect(fitting).rejects.toThrow(words);
    expect(existsSync(run)).toBe(false);
  });

  it.each([0, 1.5, Number.NaN])('%d epochs are refused', async (epochs) => {
    const { run, fitting } = await fitWith({}, grays(), epochs);
    await expect(fitting).rejects.toThrow(`fit: expected epochs to be a whole number of at least 1, got ${epochs}`);
    expect(existsSync(run)).toBe(false);
  });
});

describe('in the first epoch', () => {
  it('a goal that the meter does not have is named, with the scores that there are', async () => {
    const { fitting } = await fitWith({ goal: { score: 'meanEror', better: 'lower' } });
    await expect(fitting).rejects.toThrow("task: expected the goal 'meanEror' among the meter's scores, got meanError");
  });

  it.each([
    [{ meanError: 0.5, worst: Number.NaN }, 'meter: expected a number for worst of grays train, got NaN'],
    [untyped<Record<string, number>>({ meanError: 'low' }), 'a number for meanError of grays train, got low'],
  ])('scores %j are refused by the name of the first that is no number', async (scores, words) => {
    await expect((await fitWith({ meter: () => meterOf(scores) })).fitting).rejects.toThrow(words);
  });

  it.each([
    [untyped<StepLoss>(undefined), 'with one number as a tensor, got undefined'],
    [untyped<StepLoss>({ loss: 3 }), 'task: expected loss() to give { loss } with one number as a tensor, got 3'],
    [{ loss: tensor([1, 2, 3]) }, 'got a tensor of [3]; take its mean()'],
    [{ loss: tensor(1), terms: { error: tensor([1, 2]) } }, 'task: expected the term error to be one number'],
  ])('the loss %j is refused', async (loss, words) => {
    await expect((await fitWith({ loss: () => loss })).fitting).rejects.toThrow(words);
  });

  it.each([
    [3, 'predict: expected a tensor, or arrays and plain objects of tensors, got the number 3'],
    [[{ boxes: null }], 'predict[0].boxes: expected a tensor'],
    [new Map(), 'predict: expected a tensor, or arrays and plain objects of tensors, got a Map'],
  ])('the prediction %j is refused: it is no tree of tensors', async (output, words) => {
    await expect((await fitWith({ predict: () => output })).fitting).rejects.toThrow(words);
  });

  it('a target that cannot be read is named by its data set, part and number', async () => {
    const target = (index: number) => {
      if (index === 5) throw new Error('no such row');
      return index;
    };
    const { fitting } = await fitWith({}, grays({ target }));
    await expect(fitting).rejects.toThrow(/grays train.*target.*5.*no such row/);
  });
});

describe('of parts by name', () => {
  const one = () => define({ name: 'cosine', description: 'another', options: {}, make: () => constant(1) });

  it('an option that is given twice is named', () => {
    expect(() => optimizers.parse('sgd:momentum=0.9,momentum=0.5')).toThrow(
      "sgd: expected momentum once, got it twice in 'momentum=0.9,momentum=0.5'",
    );
  });

  it('a name that is taken cannot be taken again, and the first keeps it', () => {
    const before = schedules.get('cosine');
    expect(() => schedules.add(one())).toThrow(
      "schedule: expected a name that is not taken, got 'cosine', which there is; choose another",
    );
    expect(schedules.get('cosine')).toBe(before);
  });

  it('a name that could not be typed is refused', () => {
    expect(() => schedules.add({ ...one(), name: 'Half Cosine' })).toThrow(
      "digits, dots and hyphens, got 'Half Cosine'",
    );
  });
});
