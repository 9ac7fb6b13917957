import { describe, expect, it } from 'vitest';
import type { EpochDone, StepDone } from '../train/index.ts';
import { ProgressDisplay } from './progress-display.ts';

const event: StepDone = {
  type: 'step',
  step: 600,
  epoch: 3,
  epochs: 10,
  stepInEpoch: 120,
  stepsPerEpoch: 240,
  loss: 2.3149,
  terms: {},
  learningRate: 0.1,
  imagesPerSecond: 812.3,
  secondsLeft: 272,
  about: {},
};
const epochEnd: EpochDone = {
  type: 'epoch',
  step: 720,
  epoch: 3,
  epochs: 10,
  trainLoss: 2,
  terms: { top1: 0.3 },
  scores: { valLoss: 2.25, top1Error: 0.659, top5Error: 0.2 },
  imagesPerSecond: 812.3,
  dataWait: 0,
  learningRate: 0.1,
  secondsLeft: 60,
  best: false,
};

function display({ isTTY = false, columns = 120, environment = {} as Record<string, string> } = {}) {
  let written = '';
  let milliseconds = 0;
  const stream = { isTTY, columns, write: (text: string) => (written += text) };
  const progress = new ProgressDisplay({ stream, environment, now: () => milliseconds });
  return {
    progress,
    wait: (seconds: number) => (milliseconds += seconds * 1000),
    taken: () => {
      const text = written;
      written = '';
      return text;
    },
  };
}

const esc = '\x1b';

describe('progress off a terminal', () => {
  it('writes a plain line every ten seconds, and none between', () => {
    const { progress, wait, taken } = display();
    for (let second = 0; second < 25; second++) {
      progress.training(event);
      wait(1);
    }
    const line = 'epoch 3/10  step 120/240  loss 2.315  812 images/s  4:32 left\n';
    expect(taken()).toBe(line + line);
  });

  it('tells how far other work is and how long it still takes, each work from its own beginning', () => {
    const { progress, wait, taken } = display();
    wait(10);
    progress.work('evaluating ood', 0, 200);
    expect(taken()).toBe('evaluating ood  0 %  ? left\n');
    wait(10);
    progress.work('evaluating ood', 50, 200);
    expect(taken()).toBe('evaluating ood  25 %  30 s left\n');
    wait(10);
    progress.work('evaluating accuracy', 0, 10);
    wait(10);
    taken();
    progress.work('evaluating accuracy', 5, 10);
    expect(taken()).toBe('evaluating accuracy  50 %  10 s left\n');
    wait(100);
    // The next network's.
    progress.work('evaluating accuracy', 1, 10);
    wait(20);
    taken();
    progress.work('evaluating accuracy', 3, 10);
    expect(taken()).toBe('evaluating accuracy  30 %  1:10 left\n');
  });

  it('writes a line at the end of each epoch, with the scores that it has room for', () => {
    const { progress, wait, taken } = display();
    progress.training({ ...epochEnd, best: true });
    expect(taken()).toBe(
      'epoch 3/10 done  training loss 2.000  validation loss 2.250  top-1 error 65.9 %  812 images/s  1:00 left  best so far\n',
    );
    wait(10);
    progress.training({ ...event, terms: { top1: 0.341 } });
    expect(taken()).toMatch(/^epoch 3\/10 {2}step 120\/240 {2}loss 2\.315 {2}top-1 34\.1 % {2}812/);
  });

  it('shows a task that it knows nothing of by the names of its terms and scores', () => {
    const { progress, wait, taken } = display();
    wait(10);
    progress.training({ ...event, terms: { boxLoss: 1.5, classLoss: 0.25 } });
    expect(taken()).toContain('loss 2.315  box loss 1.500  class loss 0.250  812 images/s');
    progress.training({ ...epochEnd, scores: { mAP: 0.43216, meanAbsoluteError: 0.5 }, dataWait: 0.25, epoch: 10 });
    expect(taken()).toBe(
      'epoch 10/10 done  training loss 2.000  mAP 0.4322  mean absolute error 0.5  812 images/s  25.0 % of the time waiting for data\n',
    );
  });

  it('says how a training begins, what it starts from, and what the test part gave at its end', () => {
    const { progress, taken } = display();
    const start = { type: 'start', run: 'runs/a', step: 5, epochs: 2, stepsPerEpoch: 4, parameters: 1234 } as const;
    const where = { isFinished: false, precision: 'fp32', threads: 1, notes: [] };
    progress.training({ ...start, ...where, startedFrom: 'a.safetensors: loaded 9 tensors' });
    expect(taken()).toBe(
      'training into runs/a: 2 epochs of 4 steps, from step 5 on; 1,234 parameters, fp32, 1 thread\n' +
        'a.safetensors: loaded 9 tensors\n',
    );
    progress.training({ ...start, ...where, step: 8, isFinished: true, startedFrom: null });
    expect(taken()).toBe(
      'runs/a: training has finished; to go on beyond its end: npx patchwork resume runs/a --epochs 4\n',
    );
    progress.training({ type: 'test', step: 8, epoch: 1, scores: { valLoss: 1.25, top1Error: 0.5 } });
    expect(taken()).toBe("test part, by the best epoch's weights: loss 1.250, top-1 error 50.0 %\n");
  });

  it('shows ? for a speed and a time that are not known', () => {
    const { progress, taken } = display();
    progress.training({ ...epochEnd, imagesPerSecond: Number.NaN, secondsLeft: Number.NaN });
    expect(taken()).toMatch(/ {2}\? images\/s {2}\? left\n$/);
  });
});

describe('progress on a terminal', () => {
  it('redraws one line in place, at most ten times a second', () => {
    const { progress, wait, taken } = display({ isTTY: true, environment: { NO_COLOR: '1' } });
    progress.training(event);
    expect(taken()).toBe(
      `\r${esc}[Kepoch 3/10  ${'█'.repeat(10)}${'░'.repeat(10)}  step 120/240  loss 2.315  812 images/s  4:32 left`,
    );
    wait(0.05);
    progress.training(event);
    expect(taken()).toBe('');
    wait(0.05);
    progress.training(event);
    expect(taken()).toMatch(/^\r/);
  });

  it('clears the live line before a line that stays, and at the end', () => {
    const { progress, wait, taken } = display({ isTTY: true });
    progress.training(event);
    taken();
    progress.note('saved');
    expect(taken()).toBe(`\r${esc}[Ksaved\n`);
    wait(1);
    progress.training(event);
    taken();
    progress.close();
    expect(taken()).toBe(`\r${esc}[K`);
    progress.close();
    expect(taken()).toBe('');
  });

  it('never writes a line as wide as the terminal', () => {
    const { progress, taken } = display({ isTTY: true, columns: 40, environment: { NO_COLOR: '1' } });
    progress.training(event);
    expect(taken().replace(`\r${esc}[K`, '')).toHaveLength(37);
  });

  it('shortens the bar before the words, so that 80 columns show the time left', () => {
    const { progress, taken } = display({ isTTY: true, columns: 80, environment: { NO_COLOR: '1' } });
    progress.training({
      ...event,
      ...{ epoch: 1, epochs: 3, stepInEpoch: 1, stepsPerEpoch: 32, terms: { top1: 0.063 }, secondsLeft: 137 },
    });
    const line = taken().replace(`\r${esc}[K`, '');
    expect(line).toMatch(/^epoch 1\/3 {2}[█░]{4,19} {2}step 1\/32 .* 2:17 left$/);
    expect(line).toHaveLength(77);
  });
});

describe('color', () => {
  it.each([
    ['on a terminal', true, {}, true],
    ['with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['off a terminal', false, {}, false],
    ['on a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('%s', (_, isTTY, environment, colored) => {
    const { progress, wait, taken } = display({ isTTY, environment });
    wait(10);
    progress.training(event);
    progress.training({ ...epochEnd, best: true });
    expect(taken().includes(`${esc}[3`)).toBe(colored);
  });
});
