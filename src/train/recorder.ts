import type { RunFolder, TrainState } from '../runs/index.ts';
import { MetricsLog, truncateMetrics } from '../runs/metrics-log.ts';
import { isFinished } from '../runs/state.ts';
import { EventFile } from '../runs/tensorboard.ts';
import type { TrainEvent } from './events.ts';

export const metricsName = 'metrics.jsonl';

/** Steps between two logged ones: a curve has thousands of points either way. */
const stepInterval = 10;

/** Writes what happens into the run folder: `metrics.jsonl` and TensorBoard's event file. */
export class Recorder {
  readonly #log: MetricsLog;
  readonly #events: EventFile;

  /** @param from where the run goes on; what had been written beyond that is dropped */
  constructor(run: RunFolder, from: TrainState, ends: Parameters<typeof isFinished>[1]) {
    const path = run.pathOf(metricsName);
    truncateMetrics(path, { step: from.step, epochsClosed: from.epoch - 1, isFinished: isFinished(from, ends) });
    this.#log = new MetricsLog(path);
    this.#events = new EventFile(run.path, from.step > 0 ? { purgeStep: from.step + 1 } : {});
  }

  /** A listener of the loop. */
  readonly record = (event: TrainEvent): void => {
    if (event.type === 'step' && event.step % stepInterval === 0) {
      const { step, epoch, loss, learningRate } = event;
      this.#log.append({ kind: 'step', step, epoch, loss, learningRate });
      this.#scalars('train', { loss, learningRate }, step);
    }
    if (event.type === 'epoch') {
      const { step, epoch, trainLoss, terms, scores, imagesPerSecond, dataWait, learningRate } = event;
      const numbers = { imagesPerSecond, dataWait };
      this.#log.append({ kind: 'epoch', step, epoch, trainLoss, scores, ...numbers, learningRate, terms });
      this.#scalars('validation', scores, step);
      this.#scalars('train', { epochLoss: trainLoss, ...numbers, ...terms }, step);
    }
    if (event.type === 'test') {
      const { step, epoch, scores } = event;
      this.#log.append({ kind: 'test', step, epoch, scores });
      this.#scalars('test', scores, step);
    }
  };

  /** Adds a picture to TensorBoard. */
  picture(name: string, png: Uint8Array, step: number): void {
    this.#events.image(name, png, step);
  }

  #scalars(group: string, values: Readonly<Record<string, number>>, step: number): void {
    for (const [name, value] of Object.entries(values)) this.#events.scalar(`${group}/${name}`, value, step);
  }

  [Symbol.dispose](): void {
    this.#log.close();
    this.#events.close();
  }
}
