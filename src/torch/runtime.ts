import { addon } from './addon.ts';

/** LibTorch's version, as in `1.13.0`. (Debian's 1.13.1 calls itself 1.13.0.) */
export const version = (): string => addon.version();

/** Intra-operator threads of this JavaScript thread. Default: the physical cores, or `OMP_NUM_THREADS`. */
export const threads = (): number => addon.threads();
/** Sets {@link threads}, at least 1. Another number of threads may give other bytes. */
export const setThreads = (count: number): void => addon.setThreads(count);

/** Number of CUDA devices that can be used; 0 without CUDA. */
export const cudaDevices = (): number => addon.cudaDevices();

/** How LibTorch was built: for `doctor`. */
export const buildConfiguration = (): string => addon.buildConfiguration();
/** LibTorch's threads, and the libraries that they are from: for `doctor`. */
export const parallelInfo = (): string => addon.parallelInfo();

export interface MemoryUse {
  /** Tensors this JavaScript thread holds. */
  tensors: number;
  /** Bytes that CPU tensors of the whole process hold now, and the most they ever held. */
  bytes: number;
  peakBytes: number;
}

/** Live tensors and bytes: what leak checks compare. */
export function memory(): MemoryUse {
  return { tensors: addon.liveTensors(), bytes: addon.liveBytes(), peakBytes: addon.peakBytes() };
}

/** Makes {@link memory}'s peak start again from what is held now. */
export const resetPeakMemory = (): void => addon.resetPeakBytes();
