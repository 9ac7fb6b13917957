import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resume, train } from '../../src/config/index.ts';
import { evaluateRun } from '../../src/evaluate/index.ts';
import { RunFolder, readMetrics } from '../../src/runs/index.ts';
import { loadTensors, saveTensors, scope } from '../../src/torch/index.ts';
import type { TrainEvent } from '../../src/train/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

// 4 steps an epoch, 12 in all.
const config = smallConfig({ epochs: 3 });

/** Trains into `run` until `step`, as Ctrl-C does. */
async function trainUntil(run: string, step: number, changes: Parameters<typeof smallConfig>[0] = {}): Promise<void> {
  const controller = new AbortController();
  const listener = (event: TrainEvent) => event.type === 'step' && event.step === step && controller.abort();
  const options = { run, listener, signal: controller.signal };
  expect((await train(smallConfig({ epochs: 3, ...changes }), options)).outcome).toBe('stopped');
}

/** What `metrics.jsonl` says of the epochs, without the one number that a clock made. */
const epochsOf = (run: string) =>
  readMetrics(join(run, 'metrics.jsonl'))
    .filter((record) => record.kind === 'epoch')
    .map(({ imagesPerSecond, dataWait, ...rest }) => rest);

let whole: { bytes: object; epochs: object[]; steps: object[]; result: object };
const stepsOf = (run: string) => readMetrics(join(run, 'metrics.jsonl')).filter(({ kind }) => kind === 'step');

// Here, not in the hook: vitest takes hooks only while it collects the file.
const suiteFolder = temporaryFolder(afterAll);
beforeAll(async () => {
  const run = join(suiteFolder, 'whole');
  const { last, best, badImages } = await train(config, { run });
  whole = {
    bytes: checkpointDigests(run),
    epochs: epochsOf(run),
    steps: stepsOf(run),
    result: { last, best, badImages },
  };
});

/** The run ended as the one that was never stopped: the same weights, errors and lines. */
function expectWhole(run: string): void {
  expect(checkpointDigests(run)).toEqual(whole.bytes);
  expect(epochsOf(run)).toEqual(whole.epochs);
  expect(stepsOf(run)).toEqual(whole.steps);
}

describe('a run that was stopped', () => {
  it.each([1, 4, 6, 11])('at step %i of 12 goes on to the same bytes and the same lines', async (step) => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, step, { workers: 1 });
    expect(RunFolder.open(run).checkpoints.latest()?.step).toBe(step);
    expect(await resume(run)).toEqual({ run, outcome: 'finished', ...whole.result });
    expectWhole(run);
  });

  it('again and again, at every step, still does', async () => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, 1);
    for (let outcome = 'stopped'; outcome === 'stopped'; ) {
      const controller = new AbortController();
      const listener = (event: TrainEvent) => event.type === 'step' && controller.abort();
      ({ outcome } = await resume(run, { listener, signal: controller.signal }));
    }
    expectWhole(run);
  });

  it('goes on from the best checkpoint too, and later ones are dropped', async () => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, 11);
    const events: TrainEvent[] = [];
    const best = RunFolder.open(run).checkpoints.best()!;
    await resume(run, { checkpoint: 'best', listener: (event) => events.push(event) });
    expect(events[0]).toMatchObject({ type: 'start', step: best.step });
    expectWhole(run);
  });

  it('before its first checkpoint starts over', async () => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, 3);
    rmSync(join(run, 'checkpoints'), { recursive: true });
    await resume(run);
    expectWhole(run);
  });

  it('or that is finished trains nothing more', async () => {
    const run = join(temporaryFolder(), 'run');
    await train(config, { run });
    const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8');
    const types: string[] = [];
    expect(await resume(run, { listener: ({ type }) => types.push(type) })).toMatchObject({ outcome: 'finished' });
    expect(types).toEqual(['start']);
    expect(readFileSync(join(run, 'metrics.jsonl'), 'utf8')).toBe(lines);
    expectWhole(run);
  });
});

describe('a damaged checkpoint', () => {
  /** Rewrites the tensors of a safetensors file. */
  function rewrite(path: string, change: (tensors: ReturnType<typeof loadTensors>) => void): void {
    scope(() => {
      const tensors = loadTensors(path);
      change(tensors);
      saveTensors(path, tensors);
    });
  }

  const rename = (from: string, to: string) => (path: string) =>
    rewrite(path, (tensors) => {
      tensors.set(to, tensors.get(from)!);
      tensors.delete(from);
    });

  const damages: [string, string, (path: string) => void, RegExp][] = [
    ['cut off', 'model.safetensors', (path) => truncateSync(path, 200_000), /expected .*got/s],
    ['cut off', 'optimizer.safetensors', (path) => truncateSync(path, 100), /expected .*got/s],
    ['cut off', 'state.json', (path) => truncateSync(path, 20), /JSON/],
    ['renamed tensor', 'model.safetensors', rename('fc.bias', 'fc.bia'), /missing: fc.bias\n.*unexpected: fc.bia\n/s],
    ['renamed tensor', 'optimizer.safetensors', rename('momentum.fc.bias', 'fc.bias'), /momentum.fc.bias/],
    [
      'missing tensor',
      'model.safetensors',
      (path) => rewrite(path, (all) => all.delete('conv1.weight')),
      /missing: conv1.weight\n/,
    ],
    [
      'missing tensor',
      'optimizer.safetensors',
      (path) => rewrite(path, (all) => all.delete('momentum.fc.weight')),
      /momentum.fc.weight/,
    ],
    ['deleted file', 'model.safetensors', (path) => rmSync(path), /no such file/],
  ];

  it.each(damages)('(%s: %s) is named, with the way out, and nothing is lost', async (_, file, damage, problem) => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, 6);
    const damaged = RunFolder.open(run).checkpoints.latest()!;
    const path = join(damaged.path, file);
    damage(path);
    const error: Error = await resume(run).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toContain(path);
    expect(error.message).toMatch(problem);
    expect(error.message).toContain('use another checkpoint: --checkpoint step-00000004');
    expect(
      RunFolder.open(run)
        .checkpoints.list()
        .map(({ step }) => step),
    ).toEqual([4, 6]);
    if (file === 'model.safetensors') await expect(evaluateRun(run)).rejects.toThrow(path);
    await resume(run, { checkpoint: 'step-00000004' });
    expectWhole(run);
  });

  it('of another network says what does not fit', async () => {
    const [run, other] = [join(temporaryFolder(), 'run'), join(temporaryFolder(), 'other')];
    await trainUntil(run, 2);
    await trainUntil(other, 2, { model: 'resnet14' });
    cpSync(join(other, 'checkpoints'), join(run, 'checkpoints'), { recursive: true });
    await expect(resume(run)).rejects.toThrow(
      /model\.safetensors: the weights do not fit this network:\n {2}unexpected: layer1\.1.*\nthere is no other checkpoint in this run: train again/s,
    );
  });

  it('that is not there is answered with those that are', async () => {
    const run = join(temporaryFolder(), 'run');
    await trainUntil(run, 2);
    await expect(resume(run, { checkpoint: 'step-00000009' })).rejects.toThrow(
      "no checkpoint 'step-00000009'; there are: step-00000002",
    );
    writeFileSync(join(run, 'config.json'), '{');
    await expect(resume(run)).rejects.toThrow(`${join(run, 'config.json')}: expected JSON`);
  });
});
