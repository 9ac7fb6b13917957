import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConvNeXt, cifarResNet, type ImageModel, PyramidNet, VggGap } from '../models/index.ts';
import { full, saveTensors, scope, type Tensor, tensor, zeros } from '../torch/index.ts';
import { describeWeights, loadWeights } from './load-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchwork-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** A file of the given tensors, each renamed or, where the new name is undefined, left out. */
function fileOf(state: ReadonlyMap<string, Tensor>, rename: (name: string) => string | undefined = (name) => name) {
  const file = join(folder, `${++files}.safetensors`);
  const entries = [...state].flatMap(([name, tensor]) => {
    const other = rename(name);
    return other === undefined ? [] : [[other, tensor] as const];
  });
  saveTensors(file, new Map(entries));
  return file;
}

const resnet = (seed: number, classes = 4) => cifarResNet(8, { classes, seed });
const bytesOf = (model: ImageModel) =>
  Object.fromEntries(
    [...model.stateDict()].map(([name, tensor]) => [name, Buffer.from(tensor.bytes()).toString('hex')]),
  );

describe('loadWeights', () => {
  it('loads every tensor of a checkpoint of our own', () => {
    const [theirs, model] = [resnet(1), resnet(2)];
    const file = fileOf(theirs.stateDict());
    const summary = loadWeights(model, file);
    expect(bytesOf(model)).toEqual(bytesOf(theirs));
    const classifier = { isLoaded: true, theirs: 4, own: 4 };
    expect(summary).toEqual({ file, loaded: summary.loaded, leftOut: [], kept: [], classifier });
    expect(describeWeights(summary)).toMatch(
      /loaded \d+ tensors; the classifier is theirs, of 4 classes; to begin it anew, --weights-head skip$/,
    );
    expect(summary.loaded.sort()).toEqual([...theirs.stateDict().keys()].sort());
  });

  it("takes off DataParallel's prefix, as the official PyramidNet's files have it", () => {
    const make = (seed: number) => new PyramidNet({ depth: 11, alpha: 6, classes: 3, seed });
    const [theirs, model] = [make(1), make(2)];
    loadWeights(
      model,
      fileOf(theirs.stateDict(), (name) => `module.${name}`),
    );
    expect(bytesOf(model)).toEqual(bytesOf(theirs));
  });

  it.each(['_orig_mod.', 'module._orig_mod.', 'model.', 'net.', 'backbone.'])(
    'takes off %s of other tools',
    (prefix) => {
      const [theirs, model] = [resnet(1), resnet(2)];
      loadWeights(
        model,
        fileOf(theirs.stateDict(), (name) => prefix + name),
      );
      expect(bytesOf(model)).toEqual(bytesOf(theirs));
    },
  );

  it.each(['backbone.', 'model.backbone.', 'module.model.'])(
    'takes off %s of a network beside which a classifier stands, and says that it is left out',
    (prefix) => {
      const [theirs, model] = [resnet(1), resnet(2)];
      const before = bytesOf(model);
      const outer = prefix.startsWith('m') ? prefix.slice(0, prefix.indexOf('.') + 1) : '';
      const rename = (name: string) => (name.startsWith('fc.') ? `${outer}head.${name}` : prefix + name);
      const summary = loadWeights(model, fileOf(theirs.stateDict(), rename));
      const head = { 'fc.weight': before['fc.weight'], 'fc.bias': before['fc.bias'] };
      expect(bytesOf(model)).toEqual({ ...bytesOf(theirs), ...head });
      expect(summary.leftOut.sort()).toEqual(['head.fc.bias', 'head.fc.weight']);
    },
  );

  it('leaves names as they are where only some have a prefix', () => {
    const rename = (name: string) => (name.startsWith('bn1') ? name : `model.${name}`);
    const file = fileOf(resnet(1).stateDict(), rename);
    expect(() => loadWeights(resnet(2), file)).toThrow('missing: conv1.weight');
    const both = new Map(
      [...resnet(1).stateDict()].flatMap(([name, one]) => [
        [`model.${name}`, one],
        [name, one],
      ]),
    );
    expect(() => loadWeights(resnet(2), fileOf(both as ReadonlyMap<string, Tensor>))).toThrow('unexpected');
  });

  it.each([
    [10, /: theirs is of 10 classes, and here are 4$/],
    [undefined, /; the classifier starts anew$/],
  ])('begins the classifier anew by itself where theirs is of %s classes, and says so', (classes, words) => {
    const [theirs, model] = [resnet(1, classes), resnet(2)];
    const before = bytesOf(model);
    const isHead = (name: string) => name.startsWith('fc.');
    const file = fileOf(theirs.stateDict(), (name) => (classes === undefined && isHead(name) ? undefined : name));
    const summary = loadWeights(model, file);
    for (const [name, bytes] of Object.entries(bytesOf(model))) {
      expect(bytes === (isHead(name) ? before : bytesOf(theirs))[name], name).toBe(true);
    }
    expect(summary.classifier).toEqual({ isLoaded: false, theirs: classes, own: 4 });
    expect(describeWeights(summary)).toMatch(words);
  });

  it('does without counters of batches, which stay', () => {
    const [theirs, model] = [resnet(1), resnet(2)];
    model.forward(zeros([2, 3, 8, 8]));
    const isCounter = (name: string) => name.endsWith('num_batches_tracked');
    const file = fileOf(theirs.stateDict(), (name) => (isCounter(name) ? undefined : name));
    const { kept } = loadWeights(model, file);
    expect(kept).toEqual([...model.stateDict().keys()].filter(isCounter));
    expect(model.stateDict().get('bn1.num_batches_tracked')!.item()).toBe(1);
    expect(bytesOf(model)['conv1.weight']).toBe(bytesOf(theirs)['conv1.weight']);
  });

  it('leaves the classifier as it is when told to, whether or not the file has one that fits', () => {
    for (const classes of [4, 10]) {
      const [theirs, model] = [resnet(1, classes), resnet(2)];
      const before = bytesOf(model);
      const summary = loadWeights(model, fileOf(theirs.stateDict()), { head: 'skip' });
      const { 'fc.weight': weight, 'fc.bias': bias, ...body } = bytesOf(theirs);
      expect(weight).not.toBe(before['fc.weight']);
      expect(bytesOf(model)).toEqual({ ...body, 'fc.weight': before['fc.weight'], 'fc.bias': before['fc.bias'] });
      expect(summary.leftOut.sort()).toEqual(['fc.bias', 'fc.weight']);
      expect(summary.kept.sort()).toEqual(['fc.bias', 'fc.weight']);
      expect(bias).toBeDefined();
    }
  });

  it("loads torchvision's VGG-16 into VGG-GAP, whose added convolution stays", () => {
    const [theirs, model] = [new VggGap({ classes: 2, seed: 1 }), new VggGap({ classes: 2, seed: 2 })];
    const before = bytesOf(model);
    const isFeature = (name: string) => name.startsWith('features.');
    const state = new Map([...theirs.stateDict()].filter(([name]) => isFeature(name)));
    for (const name of ['classifier.0.weight', 'classifier.6.bias']) state.set(name, full([2], 1));
    const file = fileOf(state);
    const summary = loadWeights(model, file, { head: 'skip' });
    const after = bytesOf(model);
    for (const [name, bytes] of Object.entries(bytesOf(theirs))) {
      expect(after[name] === (isFeature(name) ? bytes : before[name])).toBe(true);
    }
    expect(describeWeights(summary)).toBe(
      `${file}: loaded 26 tensors; left out: classifier.0.weight, classifier.6.bias; ` +
        'not from the file: conv6.weight, conv6.bias, fc.weight, fc.bias; the classifier starts anew',
    );
    for (const network of [theirs, model]) network.dispose();
  });

  it("loads torchvision's names, and leaves out the classifier alone of a network whose last norm is in timm's head", () => {
    const make = (classes: number, seed: number) =>
      new ConvNeXt({ classes, seed, blocks: [1, 1], widths: [4, 8] }) as ImageModel;
    const [theirs, model] = [make(3, 1), make(2, 2)];
    const names = theirs.publishedNames!(new Set());
    const published = new Map([...names].map(([published, own]) => [own, published]));
    const nameOf = (own: string) => {
      const dot = own.lastIndexOf('.');
      return published.get(own) ?? `${published.get(own.slice(0, dot))}${own.slice(dot)}`;
    };
    const before = bytesOf(model);
    const timms = fileOf(theirs.stateDict(), (name) => name.replace(/^fc/, 'head.fc'));
    for (const file of [fileOf(theirs.stateDict(), nameOf), timms]) {
      const { leftOut, kept } = loadWeights(model, file, { head: 'skip' });
      const head = ['fc.bias', 'fc.weight'];
      expect([leftOut.sort(), kept.sort()]).toEqual([head, head]);
      const { 'fc.weight': weight, 'fc.bias': bias, ...body } = bytesOf(theirs);
      expect(bytesOf(model)).toEqual({ ...body, 'fc.weight': before['fc.weight'], 'fc.bias': before['fc.bias'] });
      expect(body['head.norm.weight']).toBeDefined();
      loadWeights(theirs, file);
      expect(bytesOf(theirs)).toMatchObject({ ...body, 'fc.weight': weight, 'fc.bias': bias });
    }
  });

  it('loads float16 weights into float32', () => {
    const [theirs, model] = [resnet(1), resnet(2)];
    loadWeights(
      model,
      scope(() => fileOf(theirs.to({ dtype: 'float16' }).stateDict())),
    );
    const stored = theirs.to({ dtype: 'float32' });
    expect(bytesOf(model)).toEqual(bytesOf(stored as ImageModel));
  });
});

/** Weights in two parts under an index, as of large networks. `change` may spoil the index. */
function parts(name: string, change: (map: Record<string, string>) => void = () => {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  const entries = [...resnet(1).stateDict()];
  const map: Record<string, string> = {};
  for (const [k, half] of [entries.slice(0, 9), entries.slice(9)].entries()) {
    const file = `model-0000${k + 1}-of-00002.safetensors`;
    saveTensors(join(path, file), new Map(half));
    for (const [tensorName] of half) map[tensorName] = file;
  }
  change(map);
  writeFileSync(join(path, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
  return path;
}

it('loads the parts that an index names, by the index or its folder', () => {
  const path = parts('parts');
  for (const file of [path, join(path, 'model.safetensors.index.json')]) {
    const model = resnet(2);
    expect(loadWeights(model, file)).toMatchObject({ leftOut: [], kept: [] });
    expect(bytesOf(model)).toEqual(bytesOf(resnet(1)));
  }
});

describe('loadWeights refuses', () => {
  /** The error, after which nothing of the network may have changed. */
  function problem(file: string, options?: Parameters<typeof loadWeights>[2]): string {
    const model = resnet(2);
    const before = bytesOf(model);
    try {
      loadWeights(model, file, options);
    } catch (error) {
      expect(bytesOf(model)).toEqual(before);
      return (error as Error).message;
    }
    throw new Error('expected an error');
  }

  it('a classifier for other classes, naming the option that leaves it out', () => {
    const file = fileOf(resnet(1, 10).stateDict());
    const message = problem(file, { head: 'load' });
    expect(message).toContain(`${file}: the weights do not fit this network:`);
    expect(message).toContain('fc.weight: expected [4, 64], got [10, 64]');
    expect(message).toContain("leave it out: --weights-head skip (head: 'skip')");
  });

  it('missing and unexpected weights by name, and with a classifier that fits says nothing of it', () => {
    const renamed = fileOf(resnet(1).stateDict(), (name) => (name === 'conv1.weight' ? 'stem.weight' : name));
    for (const head of ['load', 'skip'] as const) {
      const message = problem(renamed, { head });
      expect(message).toContain('missing: conv1.weight');
      expect(message).toContain('unexpected: stem.weight');
      expect(message).not.toContain('head');
    }
  });

  it('a file that is no safetensors file, with how to convert one of PyTorch', () => {
    const path = join(folder, 'resnet.pth');
    writeFileSync(path, 'PK');
    expect(problem(path)).toContain(`${path}: expected a safetensors file, got .pth`);
    expect(problem(path)).toContain(`state = torch.load("${path}", map_location="cpu", weights_only=True)`);
    expect(problem(join(folder, 'pytorch_model.bin'))).toContain('give pytorch_model.safetensors instead');
  });

  it('a value that is NaN or infinite, or a variance below 0, by its name', () => {
    const spoilt = (name: string, value: number) => {
      const state = resnet(1).stateDict();
      const values = state.get(name)!.data('float32');
      values[1] = value;
      return fileOf(new Map([...state, [name, tensor(values, { shape: state.get(name)!.shape })]]));
    };
    const nan = spoilt('conv1.weight', Number.NaN);
    expect(problem(nan)).toBe(
      `${nan}: tensor 'conv1.weight': expected finite values, got 1 of 432 that are not; use another file or checkpoint`,
    );
    expect(problem(spoilt('fc.bias', Number.NEGATIVE_INFINITY))).toContain("tensor 'fc.bias': expected finite values");
    expect(problem(spoilt('bn1.running_var', -1e-3))).toContain(
      "tensor 'bn1.running_var': expected variances from 0 on",
    );
    // What is left out may be anything.
    expect(loadWeights(resnet(2), spoilt('fc.bias', Number.NaN), { head: 'skip' }).leftOut).toContain('fc.bias');
  });

  it('integers and booleans for floating values, as quantized files have them', () => {
    const state = resnet(1).stateDict();
    for (const dtype of ['int8', 'uint8', 'int64', 'bool'] as const) {
      const integers = zeros([4, 64], { dtype });
      const file = fileOf(new Map([...state, ['fc.weight', integers]]));
      expect(problem(file)).toContain(`other type: fc.weight: expected float32, got ${dtype}`);
    }
  });

  it('an index whose parts are others than it says, or that leads out of its folder', () => {
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    expect(problem(parts('more', (map) => (map.extra = first)))).toContain(
      `expected 'extra' in ${first}, got no such tensor`,
    );
    expect(problem(parts('moved', (map) => (map['conv1.weight'] = second)))).toContain(
      `expected 'conv1.weight' in ${second} alone, got it in ${first} too`,
    );
    expect(problem(parts('gone', (map) => (map.extra = 'none.safetensors')))).toContain('no such file');
    expect(problem(parts('out', (map) => (map.extra = '../1.safetensors')))).toContain("got '../1.safetensors'");
    const none = join(folder, 'none.safetensors.index.json');
    writeFileSync(none, '{"weights": {}}');
    expect(problem(none)).toContain(`${none}: expected an index of safetensors files`);
  });

  it('a folder, a pipe or a device as the file, at once', () => {
    expect(problem(folder)).toBe(
      `${folder}: expected a safetensors file, or a folder with model.safetensors or model.safetensors.index.json, ` +
        'got a folder with neither',
    );
    expect(problem(join(folder, 'none'))).toContain('got no such file or folder (ENOENT)');
    if (existsSync('/dev/zero')) expect(problem('/dev/zero')).toContain('got a device');
  });
});
