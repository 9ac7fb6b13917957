import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resume, train } from '../../src/config/index.ts';
import { type EpochRecord, readMetrics } from '../../src/runs/index.ts';
import type { TrainEvent } from '../../src/train/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

const recordsOf = (run: string) => readMetrics(join(run, 'metrics.jsonl'));
const errorsOf = (run: string) =>
  recordsOf(run)
    .filter((record): record is EpochRecord => record.kind === 'epoch')
    .map(({ scores }) => scores.top1Error!);

it('a run that goes on beyond its end ends as one that was planned so, and its test part is measured anew', async () => {
  const folder = temporaryFolder();
  const [longer, planned] = ['longer', 'planned'].map((name) => join(folder, name)) as [string, string];
  // At one rate nothing depends on how many epochs there are in all.
  const config = smallConfig({ data: 'shapes:train=80,test=32,size=16,validationShare=0.2', schedule: 'constant' });
  await train(config, { run: longer });
  const [first] = recordsOf(longer).filter(({ kind }) => kind === 'test');
  const again = await resume(longer);
  expect(again.outcome).toBe('finished');
  await expect(resume(longer, { epochs: 2 })).rejects.toThrow('expected more epochs than the 2 of the run, got 2');
  const result = await resume(longer, { epochs: 4 });
  await train({ ...config, epochs: 4 }, { run: planned });
  expect(checkpointDigests(longer)).toEqual(checkpointDigests(planned));
  expect(recordsOf(longer).map(({ kind, step }) => [kind, step])).toEqual(
    recordsOf(planned).map(({ kind, step }) => [kind, step]),
  );
  const tests = recordsOf(longer).filter(({ kind }) => kind === 'test');
  expect(tests).toHaveLength(1);
  expect(tests[0]!.step).toBe(2 * first!.step);
  expect(result.last!.epoch).toBe(4);
});

it.each([1, 2])('training ends early after %d epochs without a better one, and stays ended', async (earlyStop) => {
  const folder = temporaryFolder();
  const [whole, early] = ['whole', 'early'].map((name) => join(folder, name)) as [string, string];
  const config = smallConfig({ epochs: 24, optimizer: 'sgd:learningRate=2', schedule: 'constant', seed: 3 });
  await train(config, { run: whole });
  const errors = errorsOf(whole);
  // The slow way: the first epoch that has been none better for so long.
  const isOver = (epochs: number) => {
    const best = errors.slice(0, epochs).lastIndexOf(Math.min(...errors.slice(0, epochs))) + 1;
    return epochs - best >= earlyStop;
  };
  const expected = errors.map((_, i) => i + 1).find(isOver);
  expect(expected, 'a training that gets worse at some time').toBeLessThan(24);

  const notes: string[] = [];
  const listener = (event: TrainEvent) => {
    if (event.type === 'note') notes.push(event.text);
  };
  const result = await train({ ...config, earlyStop }, { run: early, listener });
  expect(result.outcome).toBe('finished');
  expect(errorsOf(early)).toEqual(errors.slice(0, expected));
  expect(notes).toContain(
    `ends early, after epoch ${expected} of 24: none of the last ${earlyStop} was better than epoch ${expected! - earlyStop}`,
  );
  await resume(early);
  expect(errorsOf(early)).toHaveLength(expected!);
  await resume(early, { epochs: 25 });
  expect(errorsOf(early)).toHaveLength(25);
});
