import { describe, expect, it } from 'vitest';
import { scope, zeros } from '../torch/index.ts';
import { dropBlock } from './drop-block.ts';
import { Dropout } from './dropout.ts';
import { LSTM } from './lstm.ts';
import type { AnyModule, Module } from './module.ts';
import { shakeDrop } from './shake-drop.ts';
import { StepContext } from './step-context.ts';
import { stochasticDepth } from './stochastic-depth.ts';

/**
 * LibTorch's device without memory, which every machine has: as on a GPU, a tensor of the CPU among its operands is an
 * error. Drawing on it does nothing, so a generator that went on has drawn on the CPU.
 */
const device = 'meta';

/** Parameters on the device, as `to()` leaves them on a GPU; LibTorch moves no data to a device without memory. */
function moved<Layer extends AnyModule>(layer: Layer): Layer {
  for (const parameter of layer.parameters()) {
    const { handle } = parameter.to({ device });
    Object.defineProperty(parameter, 'handle', { value: handle });
  }
  return layer;
}

const layers: [string, (step: StepContext) => Module][] = [
  ...(['batch', 'sample', 'pixel'] as const).map((granularity): [string, (step: StepContext) => Module] => [
    `shakedrop of each ${granularity}`,
    (step) => shakeDrop({ p: 0, granularity }, step).onResidual!(1, 1)!,
  ]),
  ['stochastic depth of each sample', (step) => stochasticDepth({ granularity: 'sample' }, step).onResidual!(1, 1)!],
  ['dropout', ({ generator }) => new Dropout(0.5, generator)],
];

function forwardOnDevice(layer: Module): void {
  scope(() => {
    const map = zeros([2, 3, 8, 8], { device });
    expect(map.device).toBe(device);
    expect(layer.forward(map).device).toBe(device);
  });
}

describe('for maps on another device', () => {
  it.each(layers)('%s draws on the CPU, where its generator is', (_, layer) => {
    const step = new StepContext();
    const before = step.generator.state();
    forwardOnDevice(layer(step));
    expect(step.generator.state()).not.toEqual(before);
  });

  it('dropblock moves its mask, which JavaScript draws', () => {
    forwardOnDevice(dropBlock({ schedule: 'constant' }, new StepContext()).onMap!(3, 3)!);
  });

  it('an LSTM starts from a state there', () => {
    scope(() => {
      const made = moved(new LSTM(3, 4, { layers: 2 })).forward(zeros([5, 2, 3], { device }));
      expect(Object.values(made).map((one) => `${one.device} [${one.shape}]`)).toEqual([
        'meta [5,2,4]',
        'meta [2,2,4]',
        'meta [2,2,4]',
      ]);
    });
  });

  it('a tensor of the CPU is an error, so that these tests say something', () => {
    scope(() => {
      expect(() => zeros([2], { device }).mul(zeros([2]))).toThrow('device');
    });
  });
});
