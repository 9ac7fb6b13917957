import { addon } from './addon.ts';

/** LibTorch's version, as in `1.13.0`. (Debian's 1.13.1 calls itself 1.13.0.) */
export function version(): string {
  return addon.version();
}

/** How many threads an operator called from this JavaScript thread uses. Default: the physical cores, or `OMP_NUM_THREADS`. */
export function threads(): number {
  return addon.threads();
}

/**
 * Sets how many threads operators use. Another number may give other last bits of sums.
 *
 * @param count 1 to 1024
 * @throws TypeError where it is none of these
 */
export function setThreads(count: number): void {
  addon.setThreads(count);
}

/** How LibTorch was built, in lines of its own words: for `doctor`. */
export function buildConfiguration(): string {
  return addon.buildConfiguration();
}

/** LibTorch's threads and the libraries that have them, in lines of its own words: for `doctor`. */
export function parallelInfo(): string {
  return addon.parallelInfo();
}

export interface MemoryUse {
  /** Tensors this JavaScript thread holds, on any device. */
  tensors: number;
  /** Bytes that the CPU's tensors of the whole process hold now. */
  bytes: number;
  /** The most bytes they ever held, since {@link resetPeakMemory}. */
  peakBytes: number;
}

/** Live tensors and the bytes of those on the CPU: what leak checks compare. */
export function memory(): MemoryUse {
  return { tensors: addon.liveTensors(), bytes: addon.liveBytes(), peakBytes: addon.peakBytes() };
}

/** Makes {@link memory}'s peak start again from what is held now. */
export function resetPeakMemory(): void {
  addon.resetPeakBytes();
}

/**
 * Gives the CPU memory that is kept for the next tensors back to the system, which then has to zero it anew: for the end of
 * a training or an evaluation, not of a step. Tensors stay as they are.
 */
export function trimMemory(): void {
  addon.trimAllocator();
}

/**
 * Writes a text on standard error when SIGINT or SIGTERM comes the next time, at once: also while the engine computes, when
 * JavaScript hears of no signal. What listens by `process.on` is told as ever; signals that nothing listens to are left alone.
 *
 * @param text up to 512 bytes of UTF-8, with its end of line
 */
export function answerSignals(text: string): void {
  addon.answerSignals(text);
}
