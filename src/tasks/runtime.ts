import { autocast, type Device, hasFastBfloat16, type Tensor } from '../torch/index.ts';

export type Precision = 'fp32' | 'bf16';

/** Where and how a network computes. */
export interface Runtime {
  readonly device: Device;
  /** Of forward passes; parameters and losses stay float32. */
  readonly precision: Precision;
  /** Whether images lie in memory as [N, H, W, C], which convolutions are faster on. */
  readonly channelsLast: boolean;
  /** This process's number among `worldSize`, from 0. */
  readonly rank: number;
  readonly worldSize: number;
  /** Replaces each tensor by its mean over all processes; does nothing where there is one. */
  allReduce(tensors: readonly Tensor[]): void;
}

export interface RuntimeOptions {
  /** Default `cpu`. */
  device?: Device;
  /** Default `auto`: see {@link resolvePrecision}. */
  precision?: 'auto' | Precision;
  /** Default true. */
  channelsLast?: boolean;
}

/** The runtime of one process by itself. */
export function localRuntime({
  device = 'cpu',
  precision = 'auto',
  channelsLast = true,
}: RuntimeOptions = {}): Runtime {
  return {
    device,
    precision: resolvePrecision(precision),
    channelsLast,
    rank: 0,
    worldSize: 1,
    allReduce() {},
  };
}

/** `auto` is bf16 where the processor has units for it, else fp32. */
export function resolvePrecision(wanted: 'auto' | Precision): Precision {
  if (wanted !== 'auto') return wanted;
  return hasFastBfloat16() ? 'bf16' : 'fp32';
}

/** Runs a forward pass in the runtime's precision, on its device. */
export function inPrecision<Result>(
  { precision, device }: Pick<Runtime, 'precision' | 'device'>,
  body: () => Result,
): Result {
  return autocast(body, { enabled: precision === 'bf16', device });
}
