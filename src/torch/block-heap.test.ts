import { describe, expect, it } from 'vitest';
import { stream } from '../random/index.ts';
import { empty, memory, type Tensor, trimMemory } from './index.ts';

const elements = (kibibytes: number) => (kibibytes * 1024) / 4;

/** Smallest and largest element: both are the value it was filled with, unless another block overlaps it. */
function range(tensor: Tensor): [number, number] {
  return [tensor.amin().item(), tensor.amax().item()];
}

describe('the heap of large blocks', () => {
  it('never lets two live blocks overlap, whatever the order of sizes and releases', () => {
    const random = stream(7, 'block heap');
    const live: { tensor: Tensor; value: number }[] = [];
    for (let n = 0; n < 300; n++) {
      if (live.length > 12 || (live.length > 0 && random.uniform() < 0.45)) {
        const [{ tensor, value }] = live.splice(random.integer(live.length), 1) as [(typeof live)[number]];
        expect(range(tensor)).toEqual([value, value]);
        tensor.dispose();
      } else {
        const tensor = empty([elements(200 + random.integer(3000))]);
        tensor.fill_(n);
        live.push({ tensor, value: n });
      }
    }
    for (const { tensor, value } of live) {
      expect(range(tensor)).toEqual([value, value]);
      tensor.dispose();
    }
  });

  it('counts whole pages while a block lives, and nothing afterwards', () => {
    const before = memory().bytes;
    const tensor = empty([elements(1024) + 1]);
    expect(memory().bytes - before).toBe(1024 * 1024 + 4096);
    tensor.dispose();
    expect(memory().bytes).toBe(before);
  });

  it('makes one block of freed neighbors, so that a larger one fits where they were', () => {
    const parts = [empty([elements(512)]), empty([elements(512)]), empty([elements(512)])];
    const resident = () => process.memoryUsage().rss;
    for (const part of parts) part.fill_(1);
    const before = resident();
    for (const part of [parts[1]!, parts[0]!, parts[2]!]) part.dispose();
    for (let n = 0; n < 50; n++) {
      const whole = empty([elements(1536)]);
      whole.fill_(2);
      whole.dispose();
    }
    expect(resident() - before).toBeLessThan(4 * 1024 * 1024);
  });

  it('gives what is free back to the system when asked, and touches no tensor', () => {
    const resident = () => process.memoryUsage.rss() / 2 ** 20;
    const [kept, ...others] = Array.from({ length: 4 }, (_, n) => {
      const tensor = empty([elements(64 * 1024)]);
      tensor.fill_(n + 1);
      return tensor;
    });
    const before = resident();
    for (const other of others) other.dispose();
    expect(before - resident()).toBeLessThan(32);
    trimMemory();
    expect(before - resident()).toBeGreaterThan(160);
    expect(range(kept!)).toEqual([1, 1]);
    const again = empty([elements(150 * 1024)]);
    again.fill_(5);
    expect([range(again), range(kept!)]).toEqual([
      [5, 5],
      [1, 1],
    ]);
    for (const tensor of [kept!, again]) tensor.dispose();
  });
});
