import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { readMetrics } from '../runs/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { resume, train } from './train.ts';

const names = ['a/0.png', 'a/1.png', 'a/2.png', 'b/0.png', 'b/1.png', 'b/2.png'];

async function writeParts(...parts: string[]): Promise<string> {
  const folder = join(temporaryFolder(), 'photos');
  await writePictures(
    folder,
    parts.flatMap((part) => names.map((name) => `${part}/${name}`)),
  );
  return folder;
}

const configOf = (data: string) => smallConfig({ data: `${data}:size=16`, batchSize: 2, mix: 'none' });
const testRecords = (run: string) => readMetrics(join(run, 'metrics.jsonl')).filter(({ kind }) => kind === 'test');

it('the test part is opened once, after training, where there is a validation part to choose the epoch on', async () => {
  const data = await writeParts('train', 'val', 'test');
  const run = join(temporaryFolder(), 'run');
  // Whoever decodes a picture of the test part before the end meets this one.
  writeFile(join(data, 'test', 'b', '1.png'), 'no picture');
  const events: TrainEvent[] = [];
  const listener = (event: TrainEvent) => events.push(event);
  await expect(train(configOf(data), { run, listener })).rejects.toThrow(join(data, 'test', 'b', '1.png'));
  expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({ type: 'checkpoint' });
  expect(testRecords(run)).toEqual([]);

  writeFile(join(data, 'test', 'b', '1.png'), await pictureBytes(9, 'png'));
  const result = await resume(run, { acceptChangedData: true });
  expect(result).toMatchObject({ outcome: 'finished', chosenOn: 'validation' });
  expect(result.test!.epoch).toBe(result.best!.epoch);
  expect(testRecords(run)).toEqual([{ kind: 'test', step: 6, epoch: result.best!.epoch, scores: result.test!.scores }]);

  // It is measured no more, not even where it could not be.
  writeFile(join(data, 'test', 'b', '1.png'), 'no picture');
  const bytes = readFileSync(join(run, 'metrics.jsonl'));
  expect((await resume(run, { acceptChangedData: true })).test).toEqual(result.test);
  expect(readFileSync(join(run, 'metrics.jsonl'))).toEqual(bytes);
});

it('without a validation part the epoch is chosen on the test part, as in the paper', async () => {
  const result = await train(configOf(await writeParts('train', 'val')), { run: join(temporaryFolder(), 'run') });
  expect(result).toMatchObject({ chosenOn: 'test', test: null });
});

it('a validation part may be a share of the training part of any data set', async () => {
  const run = join(temporaryFolder(), 'run');
  const data = 'shapes:train=80,test=32,size=16,validationShare=0.2';
  const result = await train(smallConfig({ data }), { run });
  expect(result.chosenOn).toBe('validation');
  expect(testRecords(run)).toHaveLength(1);
});
