import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createModel, type ImageModel } from '../../src/models/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { loadTensors, saveTensors, type Tensor, tensor, threads } from '../../src/torch/index.ts';
import {
  differing,
  relativeDifference,
  type Summary,
  setWeights,
  summaryDifference,
} from '../support/golden-tensors.ts';
import { numbers } from '../support/numbers.ts';
import { pythonWithSameTorch } from '../support/python.ts';

type Precision = 'float32' | 'float64';

// networks.py has the same.
const shapes: Record<string, number[]> = {
  'pyramidnet110-a64': [4, 3, 32, 32],
  'resnext50-32x4d': [4, 3, 64, 64],
};

const golden = JSON.parse(readFileSync(new URL('./networks.golden.json', import.meta.url), 'utf8')) as {
  networks: Record<string, Record<string, Summary>>;
};

function make(name: string, dtype: Precision): ImageModel {
  const model = createModel(name, { classes: 100 })!;
  setWeights(model);
  model.to({ dtype });
  return model;
}

/** Logits of the batch in training mode, and the gradients of its cross-entropy, by parameter. */
function run(model: ImageModel, shape: number[], dtype: Precision): Map<string, Tensor> {
  const size = shape.reduce((product, side) => product * side);
  const pixels = numbers(size, 1000).map((value) => value * 4);
  const labels = BigInt64Array.from({ length: shape[0]! }, (_, i) => BigInt(i * 7));
  const logits = model.train().forward(tensor(pixels, { shape, dtype }));
  crossEntropy(logits, tensor(labels)).backward();
  const gradients = [...model.namedParameters()].map(([name, { grad }]) => [name, grad!] as const);
  return new Map([['logits', logits.detach()], ...gradients]);
}

describe.each(Object.entries(shapes))('%s', (name, shape) => {
  it("has PyTorch's golden logits and gradients in float64, to 1e-5 of each layer's largest", () => {
    const expected = golden.networks[name]!;
    const model = make(name, 'float64');
    const values = run(model, shape, 'float64');
    expect([...values.keys()].sort()).toEqual(Object.keys(expected).sort());
    expect(differing(values, (key, value, options) => summaryDifference(value, expected[key]!, options))).toEqual([]);
    model.dispose();
  });
});

const { python, skipped } = pythonWithSameTorch();

describe.skipIf(!python)(`the PyTorch that is installed here${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-golden-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(shapes))('gives %s the same logits and gradients in float32', (name, shape) => {
    const [weights, result] = [join(folder, 'weights.safetensors'), join(folder, 'result.safetensors')];
    const model = make(name, 'float32');
    saveTensors(weights, model.stateDict());
    const script = new URL('./networks.py', import.meta.url).pathname;
    const env = { ...process.env, OMP_NUM_THREADS: String(threads()) };
    const { stderr } = spawnSync(python!, [script, name, weights, result], { encoding: 'utf8', env });
    expect(stderr).toBe('');
    const theirs = loadTensors(result);
    const values = run(model, shape, 'float32');
    expect([...values.keys()].sort()).toEqual([...theirs.keys()].sort());
    expect(differing(values, (key, value, options) => relativeDifference(value, theirs.get(key)!, options))).toEqual(
      [],
    );
    model.dispose();
  });
});
