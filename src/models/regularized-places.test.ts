import { describe, expect, it } from 'vitest';
import { numbers } from '../../tests/support/numbers.ts';
import { crossEntropy, dropBlock, dropout, type Regularizer, StepContext, shakeDrop, stochasticDepth } from '../nn/index.ts'; // biome-ignore format: a list
import { stream } from '../random/index.ts';
import { autocast, noGrad, scope, tensor } from '../torch/index.ts';
import { RegularizedPlaces } from './regularized-places.ts';
import { cifarResNet } from './resnet.ts';

const labels = tensor(BigInt64Array.of(0n, 1n, 2n, 3n));
const images = tensor(Float32Array.from(numbers(4 * 3 * 32 * 32, 1)), { shape: [4, 3, 32, 32] });

const methods: [string, (step: StepContext) => Regularizer][] = [
  ['dropBlock', (step) => dropBlock({}, step)],
  ['dropBlock, shared', (step) => dropBlock({ channels: 'shared', groups: [1, 2, 3] }, step)],
  ['stochasticDepth', (step) => stochasticDepth({}, step)],
  ['stochasticDepth per sample', (step) => stochasticDepth({ granularity: 'sample' }, step)],
  ['shakeDrop per batch', (step) => shakeDrop({ granularity: 'batch' }, step)],
  ['shakeDrop', (step) => shakeDrop({}, step)],
  ['shakeDrop per pixel', (step) => shakeDrop({ granularity: 'pixel' }, step)],
  ['dropout', (step) => dropout({}, step)],
];

describe.each(methods)('ResNet-20 with %s', (_, make) => {
  it.each(['fp32', 'bf16'])('draws a step anew from its stream, with finite gradients, in %s', (precision) => {
    const step = new StepContext();
    const model = cifarResNet(20, { classes: 10, regularize: [make(step)] });
    const gradients = (key: number) =>
      scope(() => {
        step.begin(stream(1, key), 1);
        const logits = autocast(() => model.forward(images), { enabled: precision === 'bf16' });
        crossEntropy(logits.to({ dtype: 'float32' }), labels).backward();
        const weight = model.namedParameters().get('conv1.weight')!;
        const made = Array.from(weight.grad!.data(), Number);
        for (const parameter of model.parameters()) {
          if (parameter.grad) expect(Number.isFinite(parameter.grad.sum().item())).toBe(true);
          parameter.grad = null;
        }
        return made;
      });
    const first = gradients(1);
    expect(gradients(2)).not.toEqual(first);
    expect(gradients(1)).toEqual(first);
    model.dispose();
  });

  it('has the same state dict as without, and is deterministic in evaluation', () => {
    const model = cifarResNet(20, { classes: 10, regularize: [make(new StepContext())] }).eval();
    const plain = cifarResNet(20, { classes: 10 });
    expect([...model.stateDict().keys()]).toEqual([...plain.stateDict().keys()]);
    const logits = () => noGrad(() => Array.from(model.forward(images).data(), Number));
    expect(logits()).toEqual(logits());
    for (const made of [model, plain]) made.dispose();
  });
});

describe('places', () => {
  const step = new StepContext();

  it('take one gate a residual branch, and name the two that want it', () => {
    const both = [dropBlock({}, step), shakeDrop({}, step), stochasticDepth({}, step)];
    expect(() => cifarResNet(8, { classes: 10, regularize: both })).toThrow(
      'regularize: expected one method on residual branches, got shakedrop and stochastic-depth; leave one out',
    );
    const places = new RegularizedPlaces(both);
    places.map(3, 3);
    expect(() => places.residual(1, 3)).toThrow('got shakedrop and stochastic-depth;');
  });

  it('take maps, features and gates side by side, in the order given', () => {
    const all = [dropBlock({}, step), shakeDrop({}, step), dropout({}, step)];
    const model = cifarResNet(8, { classes: 10, regularize: all });
    expect(noGrad(() => model.forward(images)).shape).toEqual([4, 10]);
    model.dispose();
  });

  it('say which method found none in a network', () => {
    const places = new RegularizedPlaces([dropout({}, step), shakeDrop({}, step)]);
    places.features();
    expect(() => places.check('vgg16')).toThrow('shakedrop: vgg16 has no residual branches for it');
  });
});
