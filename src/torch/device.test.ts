import { describe, expect, it } from 'vitest';
import { cudaDevices, deviceType, hasFastBfloat16, processorFlags, synchronize, TorchError } from './index.ts';

describe('a device', () => {
  it('is of a kind, with or without a number', () => {
    expect(['cpu', 'cuda', 'cuda:0', 'cuda:12', 'meta'].map(deviceType)).toEqual([
      'cpu',
      'cuda',
      'cuda',
      'cuda',
      'meta',
    ]);
  });

  it('is waited for, which on the CPU is nothing to wait for', () => {
    synchronize();
    synchronize('cpu');
    expect(() => synchronize('nowhere')).toThrow(TorchError);
    expect(() => synchronize('nowhere')).toThrow(/^synchronize: .*nowhere/);
  });

  it.skipIf(cudaDevices() > 0)('of CUDA is refused where there is none', () => {
    expect(() => synchronize('cuda')).toThrow(TorchError);
    expect(hasFastBfloat16('cuda:0')).toBe(false);
  });

  it('is fast in bfloat16 where the processor has units for it', () => {
    const units = ['amx_bf16', 'avx512_bf16'].filter((name) => processorFlags().has(name));
    expect(hasFastBfloat16('cpu')).toBe(units.length > 0);
    expect([hasFastBfloat16(), hasFastBfloat16('meta')]).toEqual([hasFastBfloat16('cpu'), false]);
  });
});
