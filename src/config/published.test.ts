import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HubServer, startHub } from '../../tests/support/hub-server.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { hubSettings } from '../hub/index.ts';
import { createModel } from '../models/index.ts';
import { saveTensors, type Tensor } from '../torch/index.ts';
import type { TrainStarted } from '../train/index.ts';
import { parseConfig, type TrainConfigInput } from './config.ts';
import { loadWeights } from './load-weights.ts';
import { withPublished } from './published.ts';
import { resume, train } from './train.ts';

const pretrained = { input_size: [3, 32, 32], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], interpolation: 'bicubic' };
const card = { architecture: 'resnet18', num_classes: 5, pretrained_cfg: { ...pretrained, crop_pct: 0.95 } };

let hub: HubServer;
let state: ReadonlyMap<string, Tensor>;
let folder: string;
const removals: (() => void)[] = [];

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A folder in the hub's layout, with these weights and this config.json. */
function layout(name: string, config: unknown = card): string {
  const path = join(folder, name);
  mkdirSync(path);
  saveTensors(join(path, 'model.safetensors'), state);
  if (config !== undefined) writeFileSync(join(path, 'config.json'), json(config));
  return path;
}

beforeAll(async () => {
  folder = temporaryFolder((remove) => removals.push(remove));
  const model = createModel('resnet18', { classes: 5, seed: 9 });
  state = model.stateDict();
  const weights = readFileSync(join(layout('made'), 'model.safetensors'));
  hub = await startHub({
    'timm/resnet18.made': { files: { 'config.json': json(card), 'model.safetensors': weights } },
    'timm/other': { files: { 'config.json': json({ architecture: 'swin_t' }), 'model.safetensors': weights } },
  });
});
afterAll(async () => {
  await hub.close();
  for (const remove of removals) remove();
});

let settings: ReturnType<typeof hubSettings>;
beforeEach(() => {
  settings = hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: temporaryFolder() });
});

const data = 'shapes:train=16,test=8';
const ask = (given: TrainConfigInput) => withPublished(parseConfig({ data, ...given }), { settings });

describe('withPublished', () => {
  it("takes the network and its pictures' size from config.json, and pins the commit", async () => {
    const weights = `hf:timm/resnet18.made@${hub.commitOf('timm/resnet18.made')}`;
    const { config, path, notes } = await ask({ weights: 'hf:timm/resnet18.made' });
    const normalization = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    const data = 'shapes:train=16,test=8,size=32';
    expect(config).toEqual(parseConfig({ data, model: 'resnet18', weights, normalization }));
    expect(notes).toEqual([
      `${weights}: resnet18, 5 classes, pictures of 32 x 32 pixels, mean 0.5, 0.5, 0.5 and deviation 0.5, 0.5, 0.5, ` +
        'bicubic interpolation; here resnet18 on shapes:train=16,test=8,size=32',
      'pictures are resized bilinearly, not bicubic: the loader has one filter',
      'all of each image is shown, not a share of 0.95: shapes has no pictures to crop',
    ]);
    const model = createModel('resnet18', { classes: 5, seed: 1 });
    expect(loadWeights(model, path!)).toMatchObject({ leftOut: [], kept: [] });
    expect(Buffer.from(model.fc.weight.bytes()).equals(Buffer.from(state.get('fc.weight')!.bytes()))).toBe(true);
    expect((await ask(config)).config).toEqual(config);
  });

  it('leaves what was said as it is', async () => {
    const normalization = { std: [0.25, 0.25, 0.25] };
    const given = { weights: 'hf:timm/resnet18.made', model: 'resnet34', data: 'shapes:size=64', normalization };
    const { config } = await ask(given);
    const all = { mean: [0.5, 0.5, 0.5], ...normalization };
    expect(config).toMatchObject({ model: 'resnet34', data: 'shapes:size=64', normalization: all });
  });

  it('reads a folder in the layout of the hub, and the flat config.json of older versions', async () => {
    const flat = layout('flat', { architecture: 'resnet34', ...pretrained });
    expect((await ask({ weights: flat })).config).toMatchObject({ model: 'resnet34', data: `${data},size=32` });
    // A file alone has nothing beside it.
    const file = await ask({ weights: join(flat, 'model.safetensors') });
    expect(file).toEqual({ config: file.config, path: join(flat, 'model.safetensors'), notes: [] });
    expect(file.config).toMatchObject({ model: 'auto', data });
    expect((await ask({})).config).toEqual(parseConfig({ data }));
  });

  it('refuses weights of a network that is not here, or that nothing says, with the way out', async () => {
    const commit = hub.commitOf('timm/other');
    await expect(ask({ weights: 'hf:timm/other' })).rejects.toThrow(
      `hf:timm/other@${commit}: expected weights of a network that is here, got swin_t; say which network they are of: --model NAME`,
    );
    const bare = layout('bare', null);
    await expect(ask({ weights: bare })).rejects.toThrow(
      `${join(bare, 'config.json')}: expected the config.json of a network`,
    );
    const silent = layout('silent', { model_type: 'bert' });
    await expect(ask({ weights: silent })).rejects.toThrow(
      `${silent}: expected 'architecture' in a config.json beside`,
    );
    const odd = layout('odd', { architecture: 'resnet18', mean: 'none' });
    await expect(ask({ weights: odd })).rejects.toThrow('got mean: ');
    await expect(ask({ weights: 'resnet18.pth' })).rejects.toThrow('convert it with Python');
  });
});

describe('a training from weights of the hub', () => {
  it('loads them, records the commit, and starts again from them', async () => {
    const run = join(temporaryFolder(), 'run');
    const started: TrainStarted[] = [];
    const before = { ...process.env };
    Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: settings.cache, HF_HUB_OFFLINE: '' });
    try {
      const small = { data, batchSize: 8, epochs: 1, workers: 0, threads: 1 } as const;
      const config = parseConfig({ ...small, weights: 'hf:timm/resnet18.made' });
      const listener = (event: { type: string }) => {
        if (event.type === 'start') started.push(event as TrainStarted);
      };
      await train(config, { run, listener });
      const pinned = `hf:timm/resnet18.made@${hub.commitOf('timm/resnet18.made')}`;
      const recorded = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { config: object };
      expect(recorded.config).toMatchObject({
        weights: pinned,
        model: 'resnet18',
        data: 'shapes:train=16,test=8,size=32',
      });
      expect(started[0]!.startedFrom).toContain(pinned);
      expect(started[0]!.notes.join()).not.toContain('the weights are of pictures with');
      expect(recorded).toMatchObject({ normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } });
      const other = { ...config, normalization: { mean: [0.1, 0.2, 0.3], std: undefined } };
      await train(other, { run: `${run}-3`, listener });
      expect(started.pop()!.notes[3]).toMatch(/^the weights are of pictures with mean 0.5, 0.5, 0.5/);
      // As where it was stopped before its first checkpoint.
      rmSync(join(run, 'checkpoints'), { recursive: true });
      const loading = train({ ...config, weightsHead: 'load' }, { run: `${run}-2` });
      await expect(loading).rejects.toThrow(`${pinned}: the weights do not fit this network`);
      hub.requests.length = 0;
      await resume(run, { listener });
      expect(started[1]).toMatchObject({ step: 0, startedFrom: started[0]!.startedFrom });
      expect(hub.requests).toEqual([]);
    } finally {
      process.env = before;
    }
  });
});
