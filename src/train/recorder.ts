import { MetricsLog, truncateMetrics } from '../runs/metrics-log.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { TrainState } from '../runs/state.ts';
import { EventFile } from '../runs/tensorboard.ts';
import type { TrainEvent } from './events.ts';

const metricsName = 'metrics.jsonl';

/** Steps between two logged ones: a curve has thousands of points either way. */
const stepInterval = 10;

/** Writes what happens into the run folder: `metrics.jsonl` and TensorBoard's event file. */
export class Recorder {
  readonly #log: MetricsLog;
  readonly #events: EventFile;

  /** @param from where the run goes on; what had been written beyond that is dropped */
  constructor(run: RunFolder, from: TrainState) {
    const path = run.pathOf(metricsName);
    truncateMetrics(path, { step: from.step, epochsClosed: from.epoch - 1 });
    this.#log = new MetricsLog(path);
    this.#events = new EventFile(run.path, from.step > 0 ? { purgeStep: from.step + 1 } : {});
  }

  /** A listener of the loop. */
  readonly record = (event: TrainEvent): void => {
    if (event.type === 'step' && event.step % stepInterval === 0) {
      const { step, epoch, loss, learningRate } = event;
      this.#log.append({ kind: 'step', step, epoch, loss, learningRate });
      this.#events.scalar('train/loss', loss, step);
      this.#events.scalar('train/learningRate', learningRate, step);
    }
    if (event.type === 'epoch') {
      const { type, epochs, secondsLeft, best, ...numbers } = event;
      this.#log.append({ kind: 'epoch', ...numbers });
      for (const name of ['valLoss', 'top1Error', 'top5Error'] as const)
        this.#events.scalar(`validation/${name}`, event[name], event.step);
      this.#events.scalar('train/epochLoss', event.trainLoss, event.step);
      for (const name of ['imagesPerSecond', 'dataWait'] as const)
        this.#events.scalar(`train/${name}`, event[name], event.step);
    }
  };

  /** Adds a picture to TensorBoard. */
  picture(name: string, png: Uint8Array, step: number): void {
    this.#events.image(name, png, step);
  }

  [Symbol.dispose](): void {
    this.#log.close();
    this.#events.close();
  }
}
