/** The loop: nothing here knows what a network is trained to do, or who listens. */

import type { Session } from '../config/session.ts';
import type { Batch } from '../data/index.ts';
import { type MixPlan, sampleMix } from '../mix/index.ts';
import { stream } from '../random/index.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { EpochErrors, TrainState } from '../runs/state.ts';
import { mixImages, mixMap, mixTargets } from '../tasks/classify/mix-batch.ts';
import { scope, type Tensor } from '../torch/index.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { TrainListener } from './events.ts';
import { toInput } from './input.ts';
import { inPrecision } from './precision.ts';
import { Pace } from './throughput.ts';
import { eventLoopTurn, validate } from './validate.ts';

/** The loss or a weight became NaN or infinite. Checkpoints hold finite weights only. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
}

export interface TrainerOptions {
  listeners?: readonly TrainListener[];
  /** When aborted, the step under way is finished, a checkpoint is written, and `run` returns. */
  signal?: AbortSignal | undefined;
}

/** `finished`: all epochs are done. `stopped`: the signal came first; the run can be resumed. */
export type TrainOutcome = 'finished' | 'stopped';

export class Trainer {
  readonly #session: Session;
  readonly #run: RunFolder;
  readonly #state: TrainState;
  readonly #listeners: readonly TrainListener[];
  readonly #signal: AbortSignal | undefined;
  readonly #pace: Pace;
  #lastCheckpoint = performance.now();
  /** Of the latest step. */
  #learningRate = 0;

  constructor(session: Session, run: RunFolder, state: TrainState, { listeners = [], signal }: TrainerOptions = {}) {
    this.#session = session;
    this.#run = run;
    this.#state = state;
    this.#listeners = listeners;
    this.#signal = signal;
    this.#pace = new Pace(session.train.length, session.config.epochs);
  }

  /** Trains to the end, or until the signal. */
  async run(): Promise<TrainOutcome> {
    const { epochs } = this.#session.config;
    while (this.#state.epoch <= epochs) {
      if (!(await this.#trainEpoch()) || !(await this.#closeEpoch())) {
        this.#checkpoint(false);
        return 'stopped';
      }
    }
    return 'finished';
  }

  /** The rest of the epoch under way; false when the signal came. */
  async #trainEpoch(): Promise<boolean> {
    const { trainLoader } = this.#session;
    const state = this.#state;
    this.#pace.startEpoch();
    if (state.stepInEpoch >= trainLoader.stepsPerEpoch) return true;
    let ready = performance.now();
    for await (const batch of trainLoader.batches(state.epoch, state.stepInEpoch)) {
      this.#pace.waited(performance.now() - ready);
      this.#step(batch);
      await eventLoopTurn();
      if (this.#signal?.aborted) return false;
      const minutes = (performance.now() - this.#lastCheckpoint) / 60_000;
      if (minutes >= this.#session.config.checkpointMinutes) this.#checkpoint(false);
      ready = performance.now();
    }
    return true;
  }

  #step(batch: Batch): void {
    const { config, trainLoader, schedule } = this.#session;
    const state = this.#state;
    const learningRate = schedule(state.epoch - 1 + batch.step / trainLoader.stepsPerEpoch);
    const plans = this.#samplePlans(batch);
    this.#learningRate = learningRate;
    const { loss, top1 } = this.#update(batch, plans, learningRate);
    const samples = batch.labels.length;
    state.step++;
    state.stepInEpoch = batch.step + 1;
    state.samples += samples;
    state.loss += loss * samples;
    state.top1 += top1;
    this.#pace.add(samples);
    this.#tell({
      type: 'step',
      step: state.step,
      epoch: state.epoch,
      epochs: config.epochs,
      stepInEpoch: state.stepInEpoch,
      stepsPerEpoch: trainLoader.stepsPerEpoch,
      loss,
      top1: state.top1 / state.samples,
      learningRate,
      imagesPerSecond: this.#pace.imagesPerSecond,
      secondsLeft: this.#pace.secondsLeft(state.epoch, state.samples),
      plans,
    });
  }

  /** Draws everything random about a step but its images, from streams of its own. */
  #samplePlans({ shape: [batch, , height, width], step }: Batch): MixPlan[] {
    const { mixers, stages, stepContext, config, trainLoader } = this.#session;
    const { epoch } = this.#state;
    const progress = (epoch - 1 + step / trainLoader.stepsPerEpoch) / config.epochs;
    stepContext.begin(stream(config.seed, 'regularize', epoch, step), progress);
    return sampleMix(mixers, { batch, height, width, stages }, stream(config.seed, 'mix', epoch, step), progress);
  }

  /** One step of gradient descent: everything made on the way is freed at its end. */
  #update(batch: Batch, plans: readonly MixPlan[], learningRate: number): { loss: number; top1: number } {
    const { task, optimizer, train, config, precision } = this.#session;
    return scope(() => {
      const given = toInput(batch, { normalization: train.normalization, channelsLast: config.channelsLast });
      const images = mixImages(given, plans);
      const onStage = (map: Tensor, stage: number) => plans.filter((plan) => plan.stage === stage).reduce(mixMap, map);
      const input = { images, targets: mixTargets(batch.labels, plans), onStage };
      const result = inPrecision(precision, () => task.run(input));
      const loss = result.loss.item();
      if (!Number.isFinite(loss)) throw this.#diverged(`the loss became ${loss}`, this.#state.step + 1);
      result.loss.backward();
      optimizer.step(learningRate);
      return { loss, top1: task.score(input, result).top1! };
    });
  }

  #diverged(what: string, step: number): TrainingDivergedError {
    const learningRate = this.#learningRate;
    const last = this.#run.checkpoints.latest();
    return new TrainingDivergedError(
      `${what} at step ${step} (epoch ${this.#state.epoch}) with learning rate ${learningRate}.\n` +
        `Last good checkpoint: ${last ? last.path : 'none yet'}.\n` +
        `Train again with a lower rate: --set optimizer.learningRate=${Number((learningRate / 3).toPrecision(1))}`,
    );
  }

  /** A step whose own loss was finite can still ruin weights or running statistics, which must not replace good ones in a
   * checkpoint. */
  #checkWeights(): void {
    for (const [name, weights] of this.#session.model.stateDict()) {
      const sum = scope(() => weights.sum().item());
      if (!Number.isFinite(sum)) throw this.#diverged(`${name} became NaN or infinite`, this.#state.step);
    }
  }

  /** Validates, reports and saves; false when the signal came during validation, which then is done again. */
  async #closeEpoch(): Promise<boolean> {
    const { config, task, test, testLoader, precision, schedule, trainLoader } = this.#session;
    const state = this.#state;
    const { imagesPerSecond, dataWait } = this.#pace;
    this.#checkWeights();
    const measured = await validate(task, test, testLoader, {
      precision,
      channelsLast: config.channelsLast,
      signal: this.#signal,
    });
    if (!measured) return false;
    this.#pace.closeEpoch();
    const last: EpochErrors = { epoch: state.epoch, ...measured };
    const best = state.best === null || last.top1Error <= state.best.top1Error;
    const trainLoss = state.loss / state.samples;
    const epoch = state.epoch;
    Object.assign(state, { epoch: epoch + 1, stepInEpoch: 0, samples: 0, loss: 0, top1: 0, last });
    if (best) state.best = last;
    const learningRate = schedule(epoch - 1 + (trainLoader.stepsPerEpoch - 1) / trainLoader.stepsPerEpoch);
    const secondsLeft = this.#pace.secondsLeft(epoch + 1, 0);
    this.#tell({
      type: 'epoch',
      step: state.step,
      epoch,
      epochs: config.epochs,
      trainLoss,
      ...measured,
      imagesPerSecond,
      dataWait,
      learningRate,
      secondsLeft,
      best,
    });
    this.#checkpoint(best);
    return true;
  }

  #checkpoint(best: boolean): void {
    const { model, optimizer } = this.#session;
    const { checkpoints } = this.#run;
    this.#checkWeights();
    const isBest = best || checkpoints.best()?.step === this.#state.step;
    const written = checkpoints.write(
      this.#state.step,
      (folder) => writeCheckpoint(folder, model, optimizer, this.#state),
      {
        best: isBest,
      },
    );
    checkpoints.prune([written.name, checkpoints.best()?.name ?? written.name]);
    this.#lastCheckpoint = performance.now();
    this.#tell({ type: 'checkpoint', step: this.#state.step, path: written.path });
  }

  #tell(event: Parameters<TrainListener>[0]): void {
    for (const listener of this.#listeners) listener(event);
  }
}
