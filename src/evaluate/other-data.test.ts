import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { resume, train } from '../config/index.ts';
import { RunFolder } from '../runs/index.ts';
import { evaluateRun } from './index.ts';

const paths = ['train', 'val'].flatMap((part) =>
  ['a', 'b'].flatMap((name) => Array.from({ length: 8 }, (_, i) => `${part}/${name}/${i}.png`)),
);

async function trained(options: string, changes = {}) {
  const root = temporaryFolder();
  const [data, run] = [join(root, 'data'), join(root, 'run')];
  await writePictures(data, paths);
  await train(smallConfig({ data: `${data}:${options}`, epochs: 1, batchSize: 8, ...changes }), { run });
  return { root, data, run };
}

it('other data is measured at the size and with the fit of the training, and another wish is refused', async () => {
  const { root, data, run } = await trained('size=16,fit=stretch');
  const copy = join(root, 'copy');
  cpSync(data, copy, { recursive: true });
  const images = { channels: 3, height: 16, width: 16, fit: 'stretch', cropShare: 1 };
  expect(RunFolder.open(run).readConfig().images).toEqual(images);
  const own = await evaluateRun(run);
  const other = await evaluateRun(run, { data: copy });
  // Images that are in both parts are looked for in the run's own data.
  const { duplicates, ...measured } = own.accuracy!;
  expect(duplicates).toMatchObject({ count: 0 });
  expect(other.accuracy).toEqual(measured);
  await expect(evaluateRun(run, { data: `${copy}:size=224` })).rejects.toThrow(
    /copy:size=224: expected size=16, as the network was trained, got size=224; leave size out/,
  );
  // Where the data of the training is gone, its size is known.
  rmSync(data, { recursive: true });
  expect((await evaluateRun(run, { data: copy })).accuracy).toEqual(measured);
});

it('what was passed over is listed in the run folder, and refused where it has become too much', async () => {
  const { data, run } = await trained('size=16,fit=crop');
  expect(RunFolder.open(run).readConfig()).toMatchObject({ config: { allowSkipped: false } });
  const list = join(run, 'passed-over.txt');
  expect(() => readFileSync(list)).toThrow(/ENOENT/);
  for (const name of ['x', 'y', 'z', 'w']) writeFile(join(data, `val/a/${name}.gif`), 'GIF89a');
  await expect(resume(run)).rejects.toThrow(/got 4 of 36 \(11 %\): a GIF \(4, as val.a.w\.gif\)/);
  await expect(evaluateRun(run)).rejects.toThrow(/--allow-skipped/);
  await evaluateRun(run, { allowSkipped: true });
  await resume(run, { allowSkipped: true });
  expect(readFileSync(list, 'utf8')).toBe(['w', 'x', 'y', 'z'].map((name) => `a GIF\tval/a/${name}.gif\n`).join(''));
});

it('a run that allowed it is measured without being asked again', async () => {
  const root = temporaryFolder();
  const data = join(root, 'data');
  await writePictures(data, paths);
  for (let i = 0; i < 9; i++) writeFile(join(data, `train/a/${i}.bmp`), `BM${'\0'.repeat(30)}`);
  writeFile(join(data, 'train/b/odd'), await pictureBytes(9));
  const config = smallConfig({ data: `${data}:size=16`, epochs: 1, batchSize: 8, allowSkipped: true });
  await train(config, { run: join(root, 'run') });
  expect((await evaluateRun(join(root, 'run'))).accuracy!.images).toBe(16);
});
