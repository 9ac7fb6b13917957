import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cifarResNet, ResNet } from '../../src/models/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { SGD } from '../../src/optim/index.ts';
import { loadTensors, saveTensors, scope, tensor, threads } from '../../src/torch/index.ts';
import { relativeDifference, type Summary, setWeights, summaryDifference } from '../support/golden-tensors.ts';
import { numbers } from '../support/numbers.ts';
import { pythonWithSameTorch } from '../support/python.ts';

type Precision = 'float32' | 'float64';
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

describe.each(Object.entries(golden.runs))('%s: ten steps of SGD', (title, { rate, losses, state }) => {
  it("give PyTorch's golden losses and weights to 1e-5 of each tensor's largest element", () => {
    const [name, dtype] = title.split(' ') as [string, Precision];
    const model = start(name, dtype);
    expect(lossDifference(train(model, networks[name]!.classes, rate, dtype), losses)).toBeLessThan(tolerance);
    const differences = [...model.stateDict()].map(
      ([key, value]) => [key, summaryDifference(value, state[key]!)] as const,
    );
    expect(differences.map(([key]) => key).sort()).toEqual(Object.keys(state).sort());
    expect(differences.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    model.dispose();
  });
});

// Ten float32 steps at this rate agree only where every kernel does.
const { python, skipped } = pythonWithSameTorch();

describe.skipIf(!python)(`the PyTorch that is installed here${skipped}`, () => {
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
    const differences = [...model.stateDict()].map(
      ([key, value]) => [key, relativeDifference(value, theirs.get(key)!)] as const,
    );
    expect(differences.length).toBe(theirs.size);
    expect(differences.filter(([, difference]) => !(difference < tolerance))).toEqual([]);
    model.dispose();
  });
});
