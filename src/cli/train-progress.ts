import type { TrainEvent, TrainListener, TrainStarted } from '../train/index.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** The progress display as a listener of the loop. */
export function progressListener(display: ProgressDisplay): TrainListener {
  return (event: TrainEvent) => {
    if (event.type === 'start') display.note(startLine(event));
    if (event.type === 'start' && event.weights !== null) display.note(event.weights);
    if (event.type === 'step') display.step({ ...event, step: event.stepInEpoch, steps: event.stepsPerEpoch });
    if (event.type === 'epoch') display.epoch(event);
  };
}

function startLine({ run, step, epochs, stepsPerEpoch, parameters, precision, threads }: TrainStarted): string {
  if (step >= epochs * stepsPerEpoch) return `${run}: training has finished, there is nothing to go on with`;
  const from = step > 0 ? `, from step ${step} on` : '';
  return (
    `training into ${run}: ${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}${from}; ` +
    `${parameters.toLocaleString('en-US')} parameters, ${precision}, ${count(threads, 'thread')}`
  );
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
