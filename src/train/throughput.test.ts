import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throughput } from './throughput.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

describe('the throughput of a training of 3 epochs of 100 images', () => {
  it('counts images a second without validation, and validation into what is left', () => {
    const throughput = new Throughput(100, 3);
    throughput.startEpoch();
    pass(2);
    throughput.add(50);
    expect(throughput.imagesPerSecond).toBe(25);
    expect(throughput.secondsLeft(1, 50)).toBe(250 / 25);
    pass(2);
    throughput.add(50);
    pass(3);
    throughput.closeEpoch();
    expect(throughput.imagesPerSecond).toBe(25);
    expect(throughput.secondsLeft(2, 0)).toBe(200 / 25 + 2 * 3);
    throughput.startEpoch();
    pass(1);
    throughput.add(50);
    expect(throughput.imagesPerSecond).toBe(50);
    expect(throughput.secondsLeft(3, 100)).toBe(3);
    expect(throughput.secondsLeft(4, 0)).toBe(0);
  });

  it('is measured on this process alone where an epoch is gone on with', () => {
    const throughput = new Throughput(100, 3);
    pass(1000);
    throughput.startEpoch();
    pass(1);
    throughput.add(20);
    expect(throughput.imagesPerSecond).toBe(20);
    expect(throughput.secondsLeft(3, 80)).toBe(1);
  });

  it('is unknown, not 0, for an epoch whose images were all trained on before, and known again in the next', () => {
    const throughput = new Throughput(100, 3);
    throughput.startEpoch();
    pass(3);
    throughput.closeEpoch();
    expect(throughput.imagesPerSecond).toBeNaN();
    expect(throughput.secondsLeft(2, 0)).toBeNaN();
    expect(throughput.dataWait).toBe(0);
    throughput.startEpoch();
    pass(2);
    throughput.add(100);
    expect(throughput.imagesPerSecond).toBe(50);
  });
});
