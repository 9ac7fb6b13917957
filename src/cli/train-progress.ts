import type { ProgressDisplay, TrainEvent, TrainListener } from '../train/index.ts';

/** The progress display as a listener of the loop. */
export function progressListener(display: ProgressDisplay): TrainListener {
  return (event: TrainEvent) => {
    if (event.type === 'start') {
      const from = event.step > 0 ? `, from step ${event.step} on` : '';
      display.note(
        `training into ${event.run}: ${event.epochs} epochs of ${event.stepsPerEpoch} steps${from}; ` +
          `${event.parameters.toLocaleString('en-US')} parameters, ${event.precision}, ${event.threads} threads`,
      );
    }
    if (event.type === 'step') display.step({ ...event, step: event.stepInEpoch, steps: event.stepsPerEpoch });
    if (event.type === 'epoch') display.epoch(event);
  };
}
