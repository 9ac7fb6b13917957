import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createModel, type ImageModel, VisionTransformer } from '../../src/models/index.ts';
import { ownName } from '../../src/models/published-names.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import {
  clearGradients,
  loadTensors,
  noGrad,
  saveTensors,
  type Tensor,
  tensor,
  threads,
} from '../../src/torch/index.ts';
import { differing, relativeDifference, type Summary, setParameters, summaryDifference } from '../support/golden-tensors.ts'; // biome-ignore format: a list
import { numbers } from '../support/numbers.ts';
import { pythonWithSameTorch } from '../support/python.ts';

interface Golden {
  shapes: Record<string, number[]>;
  batch?: number[];
  values?: Record<string, Summary>;
}

const golden = JSON.parse(readFileSync(new URL('./published-networks.golden.json', import.meta.url), 'utf8')) as {
  networks: Record<string, Golden>;
};

const named = (name: string) => () => createModel(name, { classes: 100 });
const transformer = (width: number, heads: number, pictures: number) => () =>
  new VisionTransformer({ classes: 100, width, heads, pictures, depth: 3 });

/** What published-networks.py makes. */
const ours: Record<string, () => ImageModel> = {
  'torchvision/mobilenet_v3_small': named('mobilenetv3-small:variant=torchvision'),
  'torchvision/mobilenet_v3_large': named('mobilenetv3-large:variant=torchvision'),
  'torchvision/efficientnet_b0': named('efficientnet-b0'),
  'torchvision/convnext_tiny': named('convnext-tiny'),
  'torchvision/vit_b_16': named('vit-b16'),
  'torchvision/vit_b_16, 3 blocks': transformer(768, 12, 48),
  'timm/mobilenetv3_small_100': named('mobilenetv3-small'),
  'timm/mobilenetv3_large_100': named('mobilenetv3-large'),
  'timm/efficientnet_b0': named('efficientnet-b0'),
  'timm/convnext_tiny': named('convnext-tiny'),
  'timm/vit_small_patch16_224': named('vit-s16'),
  'timm/vit_small_patch16_224, 3 blocks': transformer(384, 6, 64),
  'timm/vit_base_patch16_224': named('vit-b16'),
};

/** Our name of each tensor by the published one. */
function namesOf(model: ImageModel, { shapes }: Golden): Map<string, string> {
  const names = model.publishedNames!(new Set(Object.keys(shapes)));
  return new Map(Object.keys(shapes).map((theirs) => [theirs, ownName(names, theirs)]));
}

const withoutOnes = (shape: readonly number[]) => shape.filter((side) => side !== 1);

it('compares every network of the golden file', () => {
  expect(Object.keys(golden.networks).sort()).toEqual(Object.keys(ours).sort());
});

describe.each(Object.entries(ours))('%s', (theirs, create) => {
  it('has all tensors of the network here, and no others, in shapes that differ by sides of 1 alone', () => {
    const model = create();
    const expected = golden.networks[theirs]!;
    const own = model.stateDict();
    const renamed = [...namesOf(model, expected)].map(([published, mine]) => [
      mine,
      withoutOnes(expected.shapes[published]!),
    ]);
    const counted = [...own].filter(([mine]) => !mine.endsWith('num_batches_tracked'));
    expect(Object.fromEntries(renamed)).toEqual(
      Object.fromEntries(counted.map(([mine, { shape }]) => [mine, withoutOnes(shape)])),
    );
    expect(renamed.length).toBe(counted.length);
    model.dispose();
  });
});

const computed = Object.entries(golden.networks).filter(([, { values }]) => values !== undefined);

function make(theirs: string, dtype: 'float32' | 'float64') {
  const expected = golden.networks[theirs]!;
  const model = ours[theirs]!();
  const own = model.stateDict();
  const state = new Map([...namesOf(model, expected)].map(([published, mine]) => [published, own.get(mine)!]));
  const parameters = new Map([...state].filter(([, { requiresGrad }]) => requiresGrad));
  setParameters(parameters, expected.shapes);
  model.to({ dtype });
  return { model, state, parameters, ...(expected as Required<Golden>) };
}

/** As `run` of published-networks.py: values by its names. */
function run({ model, state, parameters, batch, values: expected }: ReturnType<typeof make>): Map<string, Tensor> {
  const { dtype } = model.fc.weight;
  const pixels = numbers(
    batch.reduce((product, side) => product * side),
    1000,
  ).map((value) => value * 4);
  const labels = tensor(BigInt64Array.from({ length: batch[0]! }, (_, i) => BigInt(i * 7)));
  const values = new Map<string, Tensor>();
  for (const mode of ['train', 'eval'] as const) {
    if (!(`${mode}/logits` in expected)) continue;
    clearGradients(model.parameters());
    const logits = model.train(mode === 'train').forward(tensor(pixels, { shape: batch, dtype }));
    crossEntropy(logits, labels).backward();
    values.set(`${mode}/logits`, logits.detach());
    for (const [name, { grad }] of parameters) values.set(`${mode}/${name}`, grad!.clone());
    if (mode === 'eval') continue;
    const statistics = [...state].filter(([name]) => name.includes('running_'));
    for (const [name, value] of statistics)
      values.set(
        `${mode}/${name}`,
        noGrad(() => value.clone()),
      );
  }
  return values;
}

describe.each(computed)('%s', (theirs, { values: expected }) => {
  it('has the golden logits, gradients and running statistics in float64, to 1e-5', () => {
    const made = make(theirs, 'float64');
    const values = run(made);
    expect([...values.keys()].sort()).toEqual(Object.keys(expected!).sort());
    expect(differing(values, (key, value, options) => summaryDifference(value, expected![key]!, options))).toEqual([]);
    made.model.dispose();
  });
});

const { python, skipped } = pythonWithSameTorch();
const torchvision = python && spawnSync(python, ['-c', 'import torchvision']).status === 0 ? python : undefined;
const reason =
  skipped === '' && !torchvision ? ' (skipped: no torchvision; apt-get install python3-torchvision)' : skipped;

describe.skipIf(!torchvision)(`the torchvision that is installed here${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-golden-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const networks = computed.map(([theirs]) => theirs).filter((theirs) => theirs.startsWith('torchvision/'));

  it.each(networks)('gives %s the same logits and gradients in float32', (theirs) => {
    const [weights, result] = [join(folder, 'weights.safetensors'), join(folder, 'result.safetensors')];
    const made = make(theirs, 'float32');
    const shaped = [...made.state].map(([name, value]) => [name, value.detach().reshape(made.shapes[name]!)] as const);
    saveTensors(weights, new Map(shaped));
    const script = new URL('./published-networks.py', import.meta.url).pathname;
    const env = { ...process.env, OMP_NUM_THREADS: String(threads()) };
    const { stderr } = spawnSync(torchvision!, [script, theirs, weights, result], { encoding: 'utf8', env });
    expect(stderr).toBe('');
    const live = loadTensors(result);
    const values = run(made);
    expect([...values.keys()].sort()).toEqual([...live.keys()].sort());
    const difference = (key: string, value: Tensor, options: object) =>
      relativeDifference(value, live.get(key)!.reshape(value.shape), options);
    expect(differing(values, difference)).toEqual([]);
    made.model.dispose();
  });
});
