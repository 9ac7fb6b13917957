import { describe, expect, it } from 'vitest';
import {
  buildConfiguration,
  memory,
  parallelInfo,
  resetPeakMemory,
  setThreads,
  tensor,
  threads,
  version,
  zeros,
} from './index.ts';

describe('memory', () => {
  it('counts tensors and bytes while they are held, and remembers the most', () => {
    const before = memory();
    const made = zeros([1000, 1000]);
    const during = memory();
    made.dispose();
    const after = memory();
    expect(during.tensors - before.tensors).toBe(1);
    expect(during.bytes - before.bytes).toBeGreaterThanOrEqual(4e6);
    expect(during.bytes - before.bytes).toBeLessThan(4e6 + 4096);
    expect([after.tensors, after.bytes]).toEqual([before.tensors, before.bytes]);
    expect(after.peakBytes).toBeGreaterThanOrEqual(during.bytes);
    resetPeakMemory();
    expect(memory().peakBytes).toBe(after.bytes);
  });

  it('counts a view as a tensor that holds no bytes of its own, and keeps what it looks at', () => {
    const whole = zeros([1000]);
    const before = memory();
    const view = whole.narrow(0, 0, 10);
    expect(memory()).toEqual({ ...before, tensors: before.tensors + 1 });
    whole.dispose();
    expect(memory().bytes).toBe(before.bytes);
    view.dispose();
    expect(memory().bytes).toBeLessThanOrEqual(before.bytes - 4000);
  });
});

describe('the runtime', () => {
  it('says its version, how it was built and how it is threaded', () => {
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
    expect(buildConfiguration()).toContain('PyTorch built with');
    expect(parallelInfo()).toContain('get_num_threads');
  });

  it('takes as many threads as a machine may have', () => {
    for (const count of [0, 1.5, 1025, 2 ** 32 + 1]) expect(() => setThreads(count)).toThrow(TypeError);
    expect(() => setThreads(2000)).toThrow('expected 1 to 1024 threads, got 2000');
  });

  it('multiplies matrices rightly with one thread and with two', () => {
    // Small whole numbers, whose sums are exact in any order; no two rows or columns are alike.
    const side = 128;
    const entry = (row: number, column: number) => ((row * row + 7 * column + row * column) % 23) - 11;
    const places = Array.from({ length: side ** 2 }, (_, place) => [Math.floor(place / side), place % side] as const);
    const terms = Array.from({ length: side }, (_, k) => k);
    const expected = Float32Array.from(places, ([row, column]) =>
      terms.reduce((sum, k) => sum + entry(row, k) * entry(k, column), 0),
    );
    const before = threads();
    try {
      for (const count of [1, 2]) {
        setThreads(count);
        expect(threads()).toBe(count);
        const matrix = tensor(
          Float32Array.from(places, ([row, column]) => entry(row, column)),
          { shape: [side, side] },
        );
        expect(matrix.matmul(matrix).data()).toEqual(expected);
      }
    } finally {
      setThreads(before);
    }
  });
});
