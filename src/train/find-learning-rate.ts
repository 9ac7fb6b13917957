import type { Batch, Loader } from '../data/index.ts';
import type { Optimizer } from '../optim/index.ts';
import { inPrecision, type Runtime, type Task } from '../tasks/index.ts';
import { scope } from '../torch/index.ts';
import { stepAt } from './loop.ts';
import { eventLoopTurn } from './measure.ts';

export interface FindLearningRateOptions<Target, Input, Output> {
  /** Its network is trained, and spoilt at the end: give one that is used for nothing else. */
  task: Task<Target, Input, Output>;
  train: Loader<Target>;
  optimizer: Optimizer;
  runtime: Runtime;
  /** Default 0. */
  seed?: number | undefined;
  /** The lowest and the highest rate, above 0. Default 1e-6 and 10. */
  between?: readonly [low: number, high: number] | undefined;
  /** Default 100. */
  steps?: number | undefined;
  /** Called after every step. */
  onStep?: ((done: number, of: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The loss of a step, and of it and those before it with weights that fall by 0.9 a step. */
export interface RatedLoss {
  learningRate: number;
  loss: number;
  smoothed: number;
}

export interface FoundLearningRate {
  /** By rising rate, up to where the loss explodes. */
  curve: RatedLoss[];
  /** The middle of the longest descent of the smoothed loss; undefined where it never falls. */
  proposed: number | undefined;
}

const share = { kept: 0.9, explodes: 4 };

/**
 * Trains for a few steps with a learning rate that rises from step to step by the same factor, until the loss explodes: the
 * range test of Smith (2017, section 3.3), with the smoothing, the end at four times the lowest loss and the proposal
 * (`valley`) of fastai.
 *
 * @throws RangeError where the rates or the steps are out of range
 */
export async function findLearningRate<Target, Input, Output>(
  options: FindLearningRateOptions<Target, Input, Output>,
): Promise<FoundLearningRate> {
  const { train, between: [low, high] = [1e-6, 10], steps = 100, onStep, signal } = options;
  if (!(low > 0 && high > low && Number.isFinite(high))) {
    throw new RangeError(`findLearningRate: expected two rising rates above 0, got ${low} and ${high}`);
  }
  if (!Number.isInteger(steps) || steps < 2) {
    throw new RangeError(`findLearningRate: expected a whole number of at least 2 steps, got ${steps}`);
  }
  const curve: RatedLoss[] = [];
  let [mean, lowest] = [0, Number.POSITIVE_INFINITY];
  for await (const { epoch, batch } of batchesOf(train, steps)) {
    const done = curve.length;
    const learningRate = low * (high / low) ** (done / (steps - 1));
    const loss = oneStep(options, epoch, batch, learningRate);
    mean = share.kept * mean + (1 - share.kept) * loss;
    // The first means are of few: as if the weights of those that are not there were spread over those that are.
    const smoothed = mean / (1 - share.kept ** (done + 1));
    if (!Number.isFinite(loss) || smoothed > share.explodes * lowest) break;
    lowest = Math.min(lowest, smoothed);
    curve.push({ learningRate, loss, smoothed });
    onStep?.(curve.length, steps);
    await eventLoopTurn();
    if (signal?.aborted) break;
  }
  return { curve, proposed: middleOfDescent(curve) };
}

async function* batchesOf<Target>(
  train: Loader<Target>,
  steps: number,
): AsyncGenerator<{ epoch: number; batch: Batch<Target> }> {
  for (let epoch = 1, done = 0; done < steps; epoch++) {
    for await (const batch of train.batches(epoch)) {
      yield { epoch, batch };
      if (++done === steps) return;
    }
  }
}

function oneStep<Target, Input, Output>(
  { task, train, optimizer, runtime, seed = 0 }: FindLearningRateOptions<Target, Input, Output>,
  epoch: number,
  batch: Batch<Target>,
  learningRate: number,
): number {
  const step = stepAt({ seed, epochs: 1, runtime }, train.stepsPerEpoch, epoch, batch.step);
  return scope(() => {
    const input = task.prepare(batch, runtime);
    const { loss } = inPrecision(runtime, () => task.loss(input, step));
    const value = loss.item();
    loss.backward();
    optimizer.step(learningRate);
    return value;
  });
}

/**
 * The middle of the longest descent: of the longest falling sequence among the smoothed losses, which need not be neighbors.
 * The steepest place alone may be noise of the first steps.
 */
function middleOfDescent(curve: readonly RatedLoss[]): number | undefined {
  const lengths: number[] = [];
  for (const [i, { smoothed }] of curve.entries()) {
    const before = lengths.filter((_, j) => curve[j]!.smoothed > smoothed);
    lengths[i] = 1 + Math.max(0, ...before);
  }
  const longest = Math.max(0, ...lengths);
  if (longest < 2) return undefined;
  const end = lengths.indexOf(longest);
  // As if the sequence had no gaps, which puts its start late, where the descent is well under way.
  return curve[Math.round(end - (longest - 1) / 2)]!.learningRate;
}
