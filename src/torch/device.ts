import { addon } from './addon.ts';
import type { Device } from './dtype.ts';
import { errorFrom } from './errors.ts';
import { processorFlags } from './processor.ts';

/** The kind of a device, without its number: `'cuda'` of `'cuda:1'`. Some choices, such as a precision, depend on it alone. */
export function deviceType(device: Device): string {
  return device.replace(/:\d*$/, '');
}

/** How many CUDA devices can be used; 0 without CUDA. */
export function cudaDevices(): number {
  return addon.cudaDevices();
}

/**
 * Waits until a device has done all that was queued on it. Operators on a GPU return before they are done, so that times
 * are to be taken after this. On the CPU nothing is ever waiting, and this does nothing.
 *
 * @param device default `'cpu'`
 * @throws TorchError where there is no such device
 */
export function synchronize(device: Device = 'cpu'): void {
  try {
    addon.synchronize(device);
  } catch (error) {
    throw errorFrom(error, 'synchronize');
  }
}

/**
 * Whether bfloat16 arithmetic is faster than float32: a processor has units for it (AVX-512 BF16 or AMX), a GPU is of
 * NVIDIA's Ampere generation (compute capability 8.0) or later. False for any other kind of device.
 *
 * @param device default `'cpu'`
 */
export function hasFastBfloat16(device: Device = 'cpu'): boolean {
  if (deviceType(device) === 'cuda') return addon.cudaHasBfloat16();
  const flags = deviceType(device) === 'cpu' ? processorFlags() : new Set<string>();
  return flags.has('amx_bf16') || flags.has('avx512_bf16');
}
