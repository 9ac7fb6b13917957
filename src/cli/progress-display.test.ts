import { describe, expect, it } from 'vitest';
import { formatDuration, ProgressDisplay, type ProgressEvent } from './progress-display.ts';

const event: ProgressEvent = {
  epoch: 3,
  epochs: 10,
  step: 120,
  steps: 240,
  loss: 2.3149,
  imagesPerSecond: 812.3,
  secondsLeft: 272,
};
const epochEnd = {
  epoch: 3,
  epochs: 10,
  trainLoss: 2,
  valLoss: 2.25,
  top1Error: 0.659,
  imagesPerSecond: 812.3,
  secondsLeft: 60,
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
      progress.step(event);
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

  it('writes a line at the end of each epoch, and shows accuracy where there is one', () => {
    const { progress, wait, taken } = display();
    progress.epoch({ ...epochEnd, best: true });
    expect(taken()).toBe(
      'epoch 3/10 done  training loss 2.000  validation loss 2.250  top-1 error 65.9 %  812 images/s  1:00 left  best so far\n',
    );
    wait(10);
    progress.step({ ...event, phase: 'evaluation', top1: 0.341 });
    expect(taken()).toMatch(/^epoch 3\/10 {2}evaluating {2}step 120\/240 {2}loss 2\.315 {2}top-1 34\.1 %/);
  });

  it('shows ? for a speed and a time that are not known', () => {
    const { progress, taken } = display();
    progress.epoch({ ...epochEnd, imagesPerSecond: Number.NaN, secondsLeft: Number.NaN });
    expect(taken()).toMatch(/ {2}\? images\/s {2}\? left\n$/);
  });
});

describe('progress on a terminal', () => {
  it('redraws one line in place, at most ten times a second', () => {
    const { progress, wait, taken } = display({ isTTY: true, environment: { NO_COLOR: '1' } });
    progress.step(event);
    expect(taken()).toBe(
      `\r${esc}[Kepoch 3/10  ${'█'.repeat(10)}${'░'.repeat(10)}  step 120/240  loss 2.315  812 images/s  4:32 left`,
    );
    wait(0.05);
    progress.step(event);
    expect(taken()).toBe('');
    wait(0.05);
    progress.step(event);
    expect(taken()).toMatch(/^\r/);
  });

  it('clears the live line before a line that stays, and at the end', () => {
    const { progress, wait, taken } = display({ isTTY: true });
    progress.step(event);
    taken();
    progress.note('saved');
    expect(taken()).toBe(`\r${esc}[Ksaved\n`);
    wait(1);
    progress.step(event);
    taken();
    progress.close();
    expect(taken()).toBe(`\r${esc}[K`);
    progress.close();
    expect(taken()).toBe('');
  });

  it('never writes a line as wide as the terminal', () => {
    const { progress, taken } = display({ isTTY: true, columns: 40, environment: { NO_COLOR: '1' } });
    progress.step(event);
    expect(taken().replace(`\r${esc}[K`, '')).toHaveLength(37);
  });

  it('shortens the bar before the words, so that 80 columns show the time left', () => {
    const { progress, taken } = display({ isTTY: true, columns: 80, environment: { NO_COLOR: '1' } });
    progress.step({ ...event, epoch: 1, epochs: 3, step: 1, steps: 32, top1: 0.063, secondsLeft: 137 });
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
    progress.step(event);
    progress.epoch({ ...epochEnd, best: true });
    expect(taken().includes(`${esc}[3`)).toBe(colored);
  });
});

it.each([
  [0, '0 s'],
  [44.2, '45 s'],
  [59.5, '1:00'],
  [272, '4:32'],
  [3600, '1:00:00'],
  [36_065, '10:01:05'],
  [Number.NaN, '?'],
  [Number.POSITIVE_INFINITY, '?'],
])('%s seconds read as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
