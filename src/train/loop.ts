/** The loop: nothing here knows what a network is trained to do, or who listens. */

import type { Batch } from '../data/index.ts';
import { clipGradientNorm } from '../optim/index.ts';
import { stream } from '../random/index.ts';
import type { RunFolder, TrainState } from '../runs/index.ts';
import { type EpochScores, isFinished } from '../runs/state.ts';
import { inPrecision, type Runtime, type Step } from '../tasks/index.ts';
import { scope, type Tensor } from '../torch/index.ts';
import { checkedLoss } from './checked-loss.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { earlyEnd } from './early-end.ts';
import type { TrainEvent } from './events.ts';
import type { FitOptions } from './fit-options.ts';
import { eventLoopTurn, measure } from './measure.ts';
import { Throughput } from './throughput.ts';
import { untilAborted } from './until-aborted.ts';

/** The loss or a weight became NaN or infinite. Checkpoints hold finite weights only. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
}

/** `finished`: all epochs are done. `stopped`: the signal came first; the run can be resumed. */
export type TrainOutcome = 'finished' | 'stopped';

/** What a loop needs, with every default filled in. */
export interface LoopOptions<Target, Input, Output>
  extends Pick<
    FitOptions<Target, Input, Output>,
    | 'task'
    | 'train'
    | 'validation'
    | 'optimizer'
    | 'schedule'
    | 'epochs'
    | 'earlyStop'
    | 'clipNorm'
    | 'average'
    | 'beforeEpoch'
    | 'signal'
  > {
  run: RunFolder;
  runtime: Runtime;
  seed: number;
  checkpointMinutes: number;
  tell: (event: TrainEvent) => void;
}

/** Where a step of training is, and the streams that it may draw from. */
export function stepAt(
  {
    seed,
    epochs,
    runtime: { rank, worldSize },
  }: Pick<LoopOptions<unknown, unknown, unknown>, 'seed' | 'epochs' | 'runtime'>,
  stepsPerEpoch: number,
  epoch: number,
  step: number,
): Step {
  // In one process a key has no rank.
  const ofRank = worldSize > 1 ? [rank] : [];
  return {
    epoch,
    step,
    progress: (epoch - 1 + step / stepsPerEpoch) / epochs,
    random: (purpose) => stream(seed, purpose, epoch, step, ...ofRank),
  };
}

export class Loop<Target, Input, Output> {
  readonly #options: LoopOptions<Target, Input, Output>;
  readonly #state: TrainState;
  readonly #throughput: Throughput;
  #lastCheckpoint = performance.now();
  /** Of the latest checkpoint; 0 before the first. */
  #savedStep: number;
  /** Of the latest step. */
  #learningRate = 0;

  constructor(options: LoopOptions<Target, Input, Output>, state: TrainState) {
    this.#options = options;
    this.#state = state;
    this.#savedStep = state.step;
    this.#throughput = new Throughput(options.train.set.length, options.epochs);
  }

  /** Trains to the end, or until the signal. */
  async run(): Promise<TrainOutcome> {
    while (!isFinished(this.#state, this.#options)) {
      this.#options.beforeEpoch?.(this.#state.epoch);
      if (!(await this.#trainEpoch()) || !(await this.#closeEpoch())) {
        this.#saveRest();
        return 'stopped';
      }
    }
    const text = earlyEnd(this.#state, this.#options.epochs);
    if (text !== undefined) this.#options.tell({ type: 'note', step: this.#state.step, text });
    return 'finished';
  }

  /** The rest of the epoch under way; false when the signal came. */
  async #trainEpoch(): Promise<boolean> {
    const { train, signal, checkpointMinutes } = this.#options;
    const state = this.#state;
    this.#throughput.startEpoch();
    if (state.stepInEpoch >= train.stepsPerEpoch) return true;
    let ready = performance.now();
    for await (const batch of this.#batches()) {
      this.#throughput.waited(performance.now() - ready);
      this.#step(batch);
      await eventLoopTurn();
      if (signal?.aborted) return false;
      const minutes = (performance.now() - this.#lastCheckpoint) / 60_000;
      if (minutes >= checkpointMinutes) this.#checkpoint(false);
      ready = performance.now();
    }
    return !signal?.aborted;
  }

  /** The rest of the epoch's batches, or those until the signal. Where one cannot be made, what is done is saved. */
  async *#batches(): AsyncGenerator<Batch<Target>, void, void> {
    const { train, signal } = this.#options;
    const { epoch, stepInEpoch } = this.#state;
    try {
      yield* untilAborted(train.batches(epoch, stepInEpoch), signal);
    } catch (error) {
      throw this.#saved(error);
    }
  }

  #step(batch: Batch<Target>): void {
    const { epochs, train, schedule, tell } = this.#options;
    const { stepsPerEpoch } = train;
    const state = this.#state;
    const learningRate = schedule(state.epoch - 1 + batch.step / stepsPerEpoch);
    this.#learningRate = learningRate;
    const { loss, terms, about } = this.#update(batch, learningRate);
    const samples = batch.indices.length;
    state.step++;
    state.stepInEpoch = batch.step + 1;
    state.samples += samples;
    state.loss += loss * samples;
    for (const [name, value] of Object.entries(terms)) state.terms[name] = (state.terms[name] ?? 0) + value * samples;
    this.#throughput.add(samples);
    tell({
      type: 'step',
      step: state.step,
      epoch: state.epoch,
      epochs,
      stepInEpoch: state.stepInEpoch,
      stepsPerEpoch,
      loss,
      terms: this.#meanTerms(),
      learningRate,
      imagesPerSecond: this.#throughput.imagesPerSecond,
      secondsLeft: this.#throughput.secondsLeft(state.epoch, state.samples),
      about,
    });
  }

  /** One step of gradient descent: everything made on the way is freed at its end. */
  #update(batch: Batch<Target>, learningRate: number) {
    const { task, optimizer, runtime, train, clipNorm, average } = this.#options;
    const step = stepAt(this.#options, train.stepsPerEpoch, this.#state.epoch, batch.step);
    return scope(() => {
      const input = task.prepare(batch, runtime);
      const result = checkedLoss(inPrecision(runtime, () => task.loss(input, step)));
      const loss = result.loss.item();
      if (!Number.isFinite(loss)) throw this.#diverged(`the loss became ${loss}`, this.#state.step + 1);
      result.loss.backward();
      if (runtime.worldSize > 1) runtime.allReduce(this.#gradients());
      if (clipNorm !== undefined) clipGradientNorm(task.model.parameters(), clipNorm);
      optimizer.step(learningRate);
      average?.update();
      const terms = Object.entries(result.terms ?? {}).map(([name, term]): [string, number] => [name, term.item()]);
      return { loss, terms: Object.fromEntries(terms), about: result.about ?? {} };
    });
  }

  #gradients(): Tensor[] {
    return this.#options.task.model.parameters().flatMap(({ grad }) => (grad === null ? [] : [grad]));
  }

  #meanTerms(): Record<string, number> {
    const { terms, samples } = this.#state;
    return Object.fromEntries(Object.entries(terms).map(([name, sum]) => [name, sum / samples]));
  }

  #diverged(what: string, step: number): TrainingDivergedError {
    const learningRate = this.#learningRate;
    const last = this.#options.run.checkpoints.latest();
    return new TrainingDivergedError(
      `${what} at step ${step} (epoch ${this.#state.epoch}) with learning rate ${learningRate}.\n` +
        `Last good checkpoint: ${last ? last.path : 'none yet'}.\n` +
        `Train again with a lower rate: --set optimizer.learningRate=${Number((learningRate / 3).toPrecision(1))}`,
    );
  }

  /** A step whose own loss was finite can still ruin weights or running statistics, which must not replace good ones in a
   * checkpoint. */
  #checkWeights(): void {
    for (const [name, weights] of this.#options.task.model.stateDict()) {
      const sum = scope(() => weights.sum().item());
      if (!Number.isFinite(sum)) throw this.#diverged(`${name} became NaN or infinite`, this.#state.step);
    }
  }

  /** Validates, reports and saves; false when the signal came during validation, which then is done again. Where it fails,
   * as by a score that is NaN, the epoch is saved. */
  async #closeEpoch(): Promise<boolean> {
    const { task, validation, runtime, schedule, train, epochs, signal, average, tell } = this.#options;
    const state = this.#state;
    const { imagesPerSecond, dataWait } = this.#throughput;
    this.#checkWeights();
    const { epoch } = state;
    const measured = async () => {
      const scores = await measure(task, validation, { runtime, signal });
      return scores && { last: { epoch, scores }, best: this.#isBest({ epoch, scores }) };
    };
    const measuring = average === undefined ? measured() : average.withAverage(measured);
    const closed = await measuring.catch((error) => {
      throw this.#saved(error);
    });
    if (closed === undefined) return false;
    this.#throughput.closeEpoch();
    const { last, best } = closed;
    const [trainLoss, terms] = [state.loss / state.samples, this.#meanTerms()];
    Object.assign(state, { epoch: epoch + 1, stepInEpoch: 0, samples: 0, loss: 0, terms: {}, last });
    if (best) state.best = last;
    tell({
      type: 'epoch',
      step: state.step,
      epoch,
      epochs,
      trainLoss,
      terms,
      scores: last.scores,
      imagesPerSecond,
      dataWait,
      learningRate: schedule(epoch - 1 + (train.stepsPerEpoch - 1) / train.stepsPerEpoch),
      secondsLeft: this.#throughput.secondsLeft(epoch + 1, 0),
      best,
    });
    this.#checkpoint(best);
    return true;
  }

  /** Of two as good, the later epoch is the best. */
  #isBest(last: EpochScores): boolean {
    const { better } = this.#options.task.goal;
    const { best } = this.#state;
    const value = this.#goalOf(last);
    if (best === null) return true;
    return better === 'lower' ? value <= this.#goalOf(best) : value >= this.#goalOf(best);
  }

  #goalOf({ scores }: EpochScores): number {
    const { score } = this.#options.task.goal;
    const value = scores[score];
    if (value !== undefined) return value;
    const there = Object.keys(scores).join(', ') || 'none';
    throw new Error(`task: expected the goal '${score}' among the meter's scores, got ${there}`);
  }

  /** Saves what was done since the last checkpoint, if anything was. */
  #saveRest(): void {
    if (this.#state.step > this.#savedStep) this.#checkpoint(false);
  }

  /** Saves, and gives back the error that ends the training: it is the one to tell, also where saving fails. */
  #saved(error: unknown): unknown {
    try {
      this.#saveRest();
    } catch {}
    return error;
  }

  #checkpoint(best: boolean): void {
    const { task, optimizer, average, run, tell } = this.#options;
    this.#checkWeights();
    const { step } = this.#state;
    const written = run.writeCheckpoint(
      step,
      (folder) => writeCheckpoint(folder, { model: task.model, optimizer, average, state: this.#state }),
      { best: best || run.checkpoints.best()?.step === step },
    );
    const { checkpoints } = run;
    checkpoints.prune([written.name, checkpoints.best()?.name ?? written.name]);
    this.#lastCheckpoint = performance.now();
    this.#savedStep = step;
    tell({ type: 'checkpoint', step, path: written.path });
  }
}
