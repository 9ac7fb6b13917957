// Networks without a run: what their weights say of themselves is enough.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePictures } from '../../tests/support/pictures.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { createModel } from '../models/index.ts';
import { saveTensors } from '../torch/index.ts';
import { loadNetwork } from './load-network.ts';

const folder = temporaryFolder(afterAll);
const pretrained = { input_size: [3, 16, 16], mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3] };
const card = {
  architecture: 'resnet8',
  num_classes: 3,
  label_names: ['cat', 'dog', 'owl'],
  pretrained_cfg: pretrained,
};
const model = createModel('resnet8', { classes: 3, seed: 4 });
afterAll(() => model.dispose());
const pictures = ['a.jpg', 'b.png'].map((name) => join(folder, 'pictures', name));
beforeAll(() => writePictures(join(folder, 'pictures'), ['a.jpg', 'b.png']));

/** A folder in the hub's layout. */
function layout(name: string, config: object | null = card, metadata = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  saveTensors(join(path, 'model.safetensors'), model.stateDict(), metadata);
  if (config !== null) writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  return path;
}

async function said(path: string) {
  const network = await loadNetwork(path, { workers: 0 });
  const results = [];
  for await (const result of network.classify(pictures)) results.push(result);
  const { regions } = await network.explain(pictures[0]!);
  await network.dispose();
  return { classes: network.classes, size: network.size, results, regions };
}

const problem = (path: string, options = {}) =>
  loadNetwork(path, options).then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('weights', () => {
  it('are used as they say, from a folder of the hub, its file, or one whose header says it', async () => {
    const path = layout('hub');
    const ofFolder = await said(path);
    expect(ofFolder.classes).toEqual(['cat', 'dog', 'owl']);
    expect(ofFolder.size).toEqual({ height: 16, width: 16 });
    expect(ofFolder.results.map(({ path }) => path)).toEqual(pictures);
    expect(await said(join(path, 'model.safetensors'))).toEqual(ofFolder);
    const alone = layout('alone', null, { config: JSON.stringify(card) });
    expect(await said(join(alone, 'model.safetensors'))).toEqual(ofFolder);
    // Normalization counts: with another one the same weights say something else.
    const other = layout('other', { ...card, pretrained_cfg: { ...pretrained, mean: [0, 0, 0] } });
    expect((await said(other)).results).not.toEqual(ofFolder.results);
  });

  it('say the same as the run that they come from', async () => {
    const data = join(folder, 'photos');
    await writePictures(data, ['train/a/0.png', 'train/a/1.png', 'train/b/0.png', 'train/b/1.png', 'test/a/0.png', 'test/b/0.png']); // biome-ignore format: a list
    const run = join(folder, 'run');
    await train(smallConfig({ data: `${data}:size=16`, mix: 'none', epochs: 1, batchSize: 2 }), { run });
    const record = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { classes: string[]; normalization: object }; // biome-ignore format: a line
    const path = join(folder, 'of-run');
    mkdirSync(path);
    const weights = join(run, 'checkpoints', 'step-00000002', 'model.safetensors');
    writeFileSync(join(path, 'model.safetensors'), readFileSync(weights));
    const { classes: label_names, normalization } = record;
    const config = { architecture: 'resnet8', label_names, pretrained_cfg: { ...pretrained, ...normalization } };
    writeFileSync(join(path, 'config.json'), JSON.stringify(config));
    expect(await said(path)).toEqual(await said(run));
    expect(await problem(weights)).toContain(
      `it is of a checkpoint: give the run folder ${run}, and the checkpoint step-00000002`,
    );
  });

  it('whose classes have no names have numbers', async () => {
    const network = await loadNetwork(layout('unnamed', { ...card, label_names: undefined }));
    expect(network.classes).toEqual(['0', '1', '2']);
    await network.dispose();
  });
});

describe('refused, with what is lacking:', () => {
  it('weights that say nothing, or not enough', async () => {
    const silent = layout('silent', null);
    expect(await problem(silent)).toContain(`expected ${join(silent, 'config.json')}, as timm writes it, got none`);
    const half = layout('half', { architecture: 'resnet8', num_classes: 3 });
    expect(await problem(half)).toContain('got no input_size, mean, std');
    const names = layout('names', { ...card, num_classes: 4 });
    expect(await problem(names)).toContain('expected 4 label_names, one for each of num_classes, got 3');
    const wide = layout('wide', { ...card, pretrained_cfg: { ...pretrained, input_size: [3, 16, 32] } });
    expect(await problem(wide)).toContain('expected input_size of a square, got 16 x 32');
  });

  it('weights of another network, of other classes, of a network that is not here', async () => {
    expect(await problem(layout('deeper', { ...card, architecture: 'resnet14' }))).toMatch(/do not fit.*missing/s);
    const four = { ...card, num_classes: 4, label_names: undefined };
    expect(await problem(layout('four', four))).toContain('fc.weight: expected [4, 64], got [3, 64]');
    expect(await problem(layout('foreign', { ...card, architecture: 'swin_t' }))).toContain("unknown network 'swin_t'");
  });

  it('a file of PyTorch, one that is cut off, a checkpoint beside weights, a folder of neither kind', async () => {
    const path = layout('cut');
    const weights = join(path, 'model.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, 1000));
    expect(await problem(path)).toContain(weights);
    const pth = join(folder, 'net.pth');
    writeFileSync(pth, 'PK');
    expect(await problem(pth)).toContain('save_file(');
    expect(await problem(layout('again'), { checkpoint: 'best' })).toContain('give a run folder');
    const empty = layout('empty');
    rmSync(join(empty, 'model.safetensors'));
    expect(await problem(empty)).toContain('got a folder with neither');
  });
});
