import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from './throughput.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

describe('the pace of a training of 3 epochs of 100 images', () => {
  it('counts images a second without validation, and validation into what is left', () => {
    const pace = new Pace(100, 3);
    pace.startEpoch();
    pass(2);
    pace.add(50);
    expect(pace.imagesPerSecond).toBe(25);
    expect(pace.secondsLeft(1, 50)).toBe(250 / 25);
    pass(2);
    pace.add(50);
    pass(3);
    pace.closeEpoch();
    expect(pace.imagesPerSecond).toBe(25);
    expect(pace.secondsLeft(2, 0)).toBe(200 / 25 + 2 * 3);
    pace.startEpoch();
    pass(1);
    pace.add(50);
    expect(pace.imagesPerSecond).toBe(50);
    expect(pace.secondsLeft(3, 100)).toBe(3);
    expect(pace.secondsLeft(4, 0)).toBe(0);
  });

  it('is measured on this process alone where an epoch is gone on with', () => {
    const pace = new Pace(100, 3);
    pass(1000);
    pace.startEpoch();
    pass(1);
    pace.add(20);
    expect(pace.imagesPerSecond).toBe(20);
    expect(pace.secondsLeft(3, 80)).toBe(1);
  });

  it('is unknown, not 0, for an epoch whose images were all trained on before, and known again in the next', () => {
    const pace = new Pace(100, 3);
    pace.startEpoch();
    pass(3);
    pace.closeEpoch();
    expect(pace.imagesPerSecond).toBeNaN();
    expect(pace.secondsLeft(2, 0)).toBeNaN();
    expect(pace.dataWait).toBe(0);
    pace.startEpoch();
    pass(2);
    pace.add(100);
    expect(pace.imagesPerSecond).toBe(50);
  });
});
