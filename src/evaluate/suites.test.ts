import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureBytes, writeFile, writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { readSafetensors, writeSafetensors } from '../torch/safetensors.ts';
import { predict } from './accuracy/predictions.ts';
import { evaluateRun } from './evaluate-run.ts';
import { parseSuites } from './suites.ts';

const folder = temporaryFolder(afterAll);
const shapes = join(folder, 'shapes-run');
const photos = join(folder, 'photos');
const run = join(folder, 'photos-run');

/** Three pictures of each class in either split. */
async function writePhotos(path: string, classes: readonly string[]): Promise<void> {
  const names = classes.flatMap((name) => [0, 1, 2].map((i) => `${name}/${name}${i}.png`));
  await writePictures(
    path,
    ['train', 'test'].flatMap((split) => names.map((name) => `${split}/${name}`)),
  );
}

await train(smallConfig({ epochs: 1, mix: 'none' }), { run: shapes });
await writePhotos(photos, ['a', 'b']);
await train(smallConfig({ data: `${photos}:size=16`, epochs: 1, batchSize: 2, mix: 'none' }), { run });

const keptFile = (path: string, suite: string) =>
  join(path, 'report', readdirSync(join(path, 'report')).find((name) => name.startsWith(`${suite}-`))!);

/** Puts a sentence in place of what was kept, which shows whether it is used again. */
function mark(path: string, change: (madeFrom: { protocol: number }) => void = () => {}): void {
  const { madeFrom } = JSON.parse(readFileSync(path, 'utf8'));
  change(madeFrom);
  writeFileSync(path, JSON.stringify({ result: 'kept', madeFrom }));
}

it('texts name suites with their options, each once, and all may stand among them', () => {
  expect(parseSuites('ood, robustness:epsilons=2/8,fill=black')).toEqual([
    { name: 'ood', options: {} },
    { name: 'robustness', options: { epsilons: [2, 8], fill: 'black' } },
  ]);
  expect(parseSuites('ood,all').map(({ name, ifAllowed }) => [name, ifAllowed ?? false])).toEqual([
    ['accuracy', true],
    ['localization', true],
    ['robustness', true],
    ['ood', false],
  ]);
  expect(() => parseSuites('ood,ood')).toThrow("suite: expected each once, got ood twice in 'ood,ood'");
  expect(() => parseSuites('accurcy')).toThrow("unknown suite 'accurcy'; did you mean 'accuracy'?");
});

describe('what was kept', () => {
  it('is used again for the same images, and not after a change of the protocol', async () => {
    const options = { suites: [{ name: 'ood' }], limit: 4 };
    const { ood } = await evaluateRun(shapes, options);
    mark(keptFile(shapes, 'ood'));
    expect((await evaluateRun(shapes, options)).ood).toBe('kept');
    mark(keptFile(shapes, 'ood'), (madeFrom) => {
      madeFrom.protocol--;
    });
    expect((await evaluateRun(shapes, options)).ood).toEqual(ood);
  });

  it('is measured again after a change of labels', async () => {
    const before = (await evaluateRun(run)).accuracy!;
    renameSync(join(photos, 'test', 'a', 'a0.png'), join(photos, 'test', 'b', 'a0.png'));
    const after = (await evaluateRun(run)).accuracy!;
    renameSync(join(photos, 'test', 'b', 'a0.png'), join(photos, 'test', 'a', 'a0.png'));
    expect(after.valLoss).not.toBe(before.valLoss);
    expect((await evaluateRun(run)).accuracy).toEqual(before);
  });

  it('is measured again after a change of the weights', async () => {
    const before = (await evaluateRun(shapes)).accuracy!;
    const [checkpoint] = readdirSync(join(shapes, 'checkpoints'))
      .filter((name) => name.startsWith('step-'))
      .slice(-1);
    const path = join(shapes, 'checkpoints', checkpoint!, 'model.safetensors');
    const bytes = readFileSync(path);
    const { tensors, metadata } = readSafetensors(path);
    const bias = tensors.get('fc.bias')!.data;
    new Float32Array(bias.buffer, bias.byteOffset)[0]! += 1;
    writeSafetensors(path, tensors, metadata);
    const after = (await evaluateRun(shapes)).accuracy!;
    writeFileSync(path, bytes);
    expect(after.valLoss).not.toBe(before.valLoss);
    expect((await evaluateRun(shapes)).accuracy).toEqual(before);
  });

  it('is measured again after a change of the pictures of an OOD set', async () => {
    const unknown = join(folder, 'unknown');
    const pictures = (...names: string[]) => writePictures(unknown, names);
    const count = async () => {
      const { ood } = await evaluateRun(run, { suites: [{ name: 'ood', options: { sets: [unknown] } }] });
      return ood!.sets[0]!.images;
    };
    await pictures('1.png', '2.png');
    expect(await count()).toBe(2);
    await pictures('deep/3.png');
    expect(await count()).toBe(3);
  });

  it('is measured again after pictures were added', async () => {
    const before = (await predict(run)).labels.length;
    writeFile(join(photos, 'test/a/a9.png'), await pictureBytes(99, 'png'));
    const after = (await predict(run)).labels.length;
    rmSync(join(photos, 'test', 'a', 'a9.png'));
    expect([before, after, (await predict(run)).labels.length]).toEqual([6, 7, 6]);
  });

  it('is measured again after a change of boxes', async () => {
    const boxes = join(folder, 'boxes');
    const write = (end: number) => {
      const corners = `<xmin>1</xmin><ymin>1</ymin><xmax>${end}</xmax><ymax>${end}</ymax>`;
      const object = `<object><name>a</name><bndbox>${corners}</bndbox></object>`;
      writeFile(join(boxes, 'a0.xml'), `<annotation>${object}</annotation>`);
    };
    const truth = async () => {
      const { localization } = await evaluateRun(run, { suites: [{ name: 'localization', options: { boxes } }] });
      return localization!.examples[0]!.groundTruth;
    };
    write(4);
    const before = await truth();
    expect(await truth()).toEqual(before);
    write(8);
    expect(await truth()).not.toEqual(before);
  });

  it('serves predictions where accuracy was measured already', async () => {
    rmSync(join(shapes, 'report'), { recursive: true, force: true });
    const { accuracy } = await evaluateRun(shapes);
    const calls: number[] = [];
    const { labels } = await predict(shapes, { onProgress: (done) => calls.push(done) });
    expect(calls).toEqual([]);
    expect(accuracy!.images).toBe(labels.length);
  });
});

describe('a suite that the data does not allow', () => {
  const limit = 4;
  const suites = parseSuites('all,robustness:pgdSteps=0,occlusionSteps=1,inBetweenSteps=1');

  it('is left out of all, which says so', async () => {
    const { notes, failures, ...found } = await evaluateRun(run, { suites, limit });
    expect(notes).toEqual([`localization was left out: ${photos}:size=16 has no ground-truth boxes.`]);
    expect(failures).toBeUndefined();
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['accuracy', 'robustness', 'ood']));
    expect(found.localization).toBeUndefined();
    expect((await evaluateRun(shapes, { suites, limit })).localization).toBeDefined();
  });

  it('is a failure where it was asked for, which does not stop the others', async () => {
    const { failures, ood } = await evaluateRun(run, { suites: parseSuites('localization,ood'), limit });
    expect(failures).toEqual([{ suite: 'localization', message: expect.stringContaining('with ground-truth boxes') }]);
    expect(ood!.images).toBe(4);
    await expect(evaluateRun(run, { suites: [{ name: 'localization' }] })).rejects.toThrow('with ground-truth boxes');
  });
});

describe('other data', () => {
  const evaluate = (data: string) => evaluateRun(run, { data: `${data}:size=16` });

  it('of other classes is refused, by name or by number, with the way out', async () => {
    const [renamed, fewer] = [join(folder, 'renamed'), join(folder, 'fewer')];
    await writePhotos(renamed, ['a', 'c']);
    await writePhotos(fewer, ['a', 'b', 'c']);
    await expect(evaluate(renamed)).rejects.toThrow(/expected 'b' as class 1, as in training, got 'c'; .*--data/);
    await expect(evaluate(fewer)).rejects.toThrow(/expected the 2 classes of the training, got 3; .*--data/);
  });

  it('with bad pictures is measured without them where that is asked for', async () => {
    const bad = join(folder, 'bad');
    await writePhotos(bad, ['a', 'b']);
    writeFile(join(bad, 'test', 'a', 'a0.png'), 'no picture');
    await expect(evaluate(bad)).rejects.toThrow('--on-bad-image skip');
    const { accuracy } = await evaluateRun(run, { data: `${bad}:size=16`, onBadImage: 'skip' });
    expect(accuracy).toMatchObject({ images: 5, badImages: [{ path: join(bad, 'test', 'a', 'a0.png') }] });
  });
});
