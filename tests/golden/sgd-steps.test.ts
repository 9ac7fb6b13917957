import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cifarResNet, ResNet } from '../../src/models/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { SGD } from '../../src/optim/index.ts';
import {
  loadTensors,
  noGrad,
  saveTensors,
  scope,
  type Tensor,
  tensor,
  threads,
  version,
} from '../../src/torch/index.ts';
import { largestDifference, numbers } from '../support/numbers.ts';
import { pythonWithTorch } from '../support/python.ts';

type Precision = 'float32' | 'float64';
type Summary = [largest: number, norm: number, ...elements: number[]];
interface Golden {
  runs: Record<string, { rate: number; losses: number[]; state: Record<string, Summary> }>;
}

// Everything below that has a number in it stands in sgd-steps.py too.
const networks: Record<string, { make: () => ResNet; classes: number }> = {
  resnet20: { make: () => cifarResNet(20, { classes: 100 }), classes: 100 },
  bottleneck: {
    make: () => new ResNet({ block: 'bottleneck', blocks: [1, 1], planes: [8, 16], stem: 'cifar', classes: 10 }),
    classes: 10,
  },
};
const shape = [8, 3, 32, 32];
const liveRate = 0.05;
const tolerance = 1e-5;

const golden = JSON.parse(readFileSync(new URL('./sgd-steps.golden.json', import.meta.url), 'utf8')) as Golden;

function setWeights(model: ResNet): void {
  const sorted = [...model.namedParameters()].sort(([a], [b]) => (a < b ? -1 : 1));
  sorted.forEach(([name, parameter], seed) => {
    const [out = 1, inputs = 1, height = 1, width = 1] = parameter.shape;
    const u = numbers(parameter.size, seed);
    const values = u.map((value) => {
      if (parameter.shape.length === 4) return value * (2 * Math.sqrt(6 / (out * height * width)));
      if (parameter.shape.length === 2) return value * (2 / Math.sqrt(inputs));
      return name.endsWith('weight') ? value * 0.5 + 1 : value * 0.25;
    });
    noGrad(() => scope(() => parameter.copy_(tensor(Float32Array.from(values), { shape: parameter.shape }))));
  });
}

function start(name: string, dtype: Precision): ResNet {
  const model = networks[name]!.make();
  setWeights(model);
  return model.to({ dtype });
}

function train(model: ResNet, classes: number, rate: number, dtype: Precision): number[] {
  const optimizer = new SGD(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  return Array.from({ length: 10 }, (_, step) =>
    scope(() => {
      const pixels = numbers(8 * 3 * 32 * 32, 1000 + step).map((value) => value * 4);
      const labels = BigInt64Array.from({ length: 8 }, (_, i) => BigInt((i * 7 + step * 3) % classes));
      const loss = crossEntropy(model.forward(tensor(pixels, { shape, dtype })), tensor(labels));
      loss.backward();
      optimizer.step(rate);
      return loss.item();
    }),
  );
}

/** The largest difference of two losses, as a share of the loss. */
const lossDifference = (losses: number[], expected: number[]) =>
  Math.max(...losses.map((loss, step) => Math.abs(loss - expected[step]!) / Math.abs(expected[step]!)));

/** How far a tensor is from its golden summary, as a share of its largest element (and its norm, of the norm). */
function stateDifference(value: Tensor, [largest, norm, ...elements]: Summary): number {
  const data = Float64Array.from(value.data(), Number);
  const places = elements.map((_, i) => data[Math.floor((i * (data.length - 1)) / 3)]!);
  const maximum = data.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
  const scale = Math.max(largest, Number.MIN_VALUE);
  return Math.max(
    largestDifference([maximum, ...places], [largest, ...elements]) / scale,
    Math.abs(Math.hypot(...data) - norm) / Math.max(norm, Number.MIN_VALUE),
  );
}

describe.each(Object.entries(golden.runs))('%s: ten steps of SGD', (title, { rate, losses, state }) => {
  it("give PyTorch's golden losses and weights to 1e-5 of each tensor's largest element", () => {
    const [name, dtype] = title.split(' ') as [string, Precision];
    const model = start(name, dtype);
    expect(lossDifference(train(model, networks[name]!.classes, rate, dtype), losses)).toBeLessThan(tolerance);
    const differences = [...model.stateDict()].map(
      ([key, value]) => [key, stateDifference(value, state[key]!)] as const,
    );
    expect(differences.map(([key]) => key).sort()).toEqual(Object.keys(state).sort());
    expect(differences.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    model.dispose();
  });
});

const python = pythonWithTorch();
const installed =
  python && spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' }).stdout;
const number = (text: string) => /^\d+\.\d+\.\d+/.exec(text)?.[0];
const sameVersion = installed !== undefined && number(installed) === number(version());
// Ten float32 steps at this rate agree only where every kernel does.
const skipped = sameVersion ? '' : ` (skipped: no Python with PyTorch ${number(version())}; set PATCHWORK_PYTHON)`;

describe.skipIf(!sameVersion)(`the PyTorch that is installed here${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-golden-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(networks))('takes %s from a safetensors file to the same losses and weights', (name) => {
    const [initial, final] = [join(folder, `${name}-initial.safetensors`), join(folder, `${name}-final.safetensors`)];
    const model = start(name, 'float32');
    saveTensors(initial, model.stateDict());
    const script = new URL('./sgd-steps.py', import.meta.url).pathname;
    const env = { ...process.env, OMP_NUM_THREADS: String(threads()) };
    const run = spawnSync(python!, [script, name, initial, final], { encoding: 'utf8', env });
    expect(run.stderr).toBe('');
    const { losses } = JSON.parse(run.stdout) as { losses: number[] };
    expect(lossDifference(train(model, networks[name]!.classes, liveRate, 'float32'), losses)).toBeLessThan(tolerance);
    const theirs = loadTensors(final);
    const differences = [...model.stateDict()].map(([key, value]) => {
      const expected = Float64Array.from(theirs.get(key)!.data(), Number);
      const scale = expected.reduce((most, element) => Math.max(most, Math.abs(element)), Number.MIN_VALUE);
      return [key, largestDifference(Float64Array.from(value.data(), Number), expected) / scale] as const;
    });
    expect(differences.length).toBe(theirs.size);
    expect(differences.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    model.dispose();
  });
});
