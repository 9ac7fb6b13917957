import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { memory, scope, zeros } from '../../src/torch/index.ts';

/**
 * A thread that runs the computation beside this file. On Node 20 a thread's first module cannot go through `--import tsx`.
 *
 * @param workerData its `endless`: whether it goes on after its message until it is stopped
 */
function startComputation(workerData = { endless: false }): Worker {
  const file = new URL('./worker-computation.ts', import.meta.url).href;
  const tsx = import.meta.resolve('tsx/esm/api');
  const script = `import('${tsx}').then((tsx) => { tsx.register(); return import('${file}'); })`;
  return new Worker(script, { eval: true, execArgv: [], workerData });
}

describe('a worker thread', () => {
  it('loads the addon, computes and ends while the main thread goes on; its tensors end with it', async () => {
    const kept = zeros([10]);
    const before = memory();
    for (let round = 0; round < 3; round++) {
      const worker = startComputation();
      const ended = once(worker, 'exit', { signal: AbortSignal.timeout(30_000) });
      const [message] = await once(worker, 'message', { signal: AbortSignal.timeout(30_000) });
      expect(message).toMatchObject({ gradient: [2, 4, 6], product: 64 ** 3 * 2 });
      expect(memory().tensors).toBe(before.tensors);
      expect(scope(() => kept.add(1).sum().item())).toBe(10);
      expect((await ended)[0]).toBe(0);
    }
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  it('can be stopped in the middle of its work', async () => {
    const worker = startComputation({ endless: true });
    await once(worker, 'message', { signal: AbortSignal.timeout(30_000) });
    // 0 would be that of a thread that had come to its end by itself.
    expect(await worker.terminate()).toBe(1);
    expect(scope(() => zeros([10]).add(1).sum().item())).toBe(10);
  });
});
