/**
 * The addon's contract and its loading. Only this folder knows that handles exist; everything above holds `Tensor`s.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BUILD_DIR, readBuildInfo } from '../../scripts/setup/built-addon.mjs';
import { versionOf } from '../../scripts/setup/libtorch.mjs';
import { LibTorchNotFoundError } from './errors.ts';
import { physicalCores } from './processor.ts';

export { readBuildInfo };

/** A tensor or generator as the addon knows it: a tagged, generation-checked number. */
export type Handle = number;

/** What `native/src` exports. Handles in, handles out; errors carry `code` `ERR_PATCHWORK_*`. */
export interface Addon {
  call(operator: number, ...args: unknown[]): unknown;
  findOperator(name: string, overload: string): number;
  operatorSchema(operator: number): string;
  operatorNames(): string[];

  fromBytes(data: ArrayBufferView, dtype: string, shape: readonly number[]): Handle;
  toBytes(tensor: Handle): ArrayBuffer;
  shape(tensor: Handle): number[];
  strides(tensor: Handle): number[];
  dtype(tensor: Handle): string;
  device(tensor: Handle): string;
  memoryFormat(tensor: Handle): string;
  describe(tensor: Handle): string;
  item(tensor: Handle): number;

  release(handle: Handle): void;
  isLive(handle: Handle): boolean;
  setOwned(handle: Handle): void;
  enterScope(): void;
  leaveScope(kept: readonly Handle[]): void;
  scopeDepth(): number;
  liveTensors(): number;

  backward(
    roots: readonly Handle[],
    gradients: readonly Handle[] | null,
    retainGraph: boolean,
    createGraph: boolean,
  ): void;
  grad(
    outputs: readonly Handle[],
    inputs: readonly Handle[],
    gradients: readonly Handle[] | null,
    retainGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): (Handle | null)[];
  gradient(tensor: Handle): Handle | null;
  setGradient(tensor: Handle, gradient: Handle | null): void;
  clearGradients(tensors: readonly Handle[]): void;
  requiresGrad(tensor: Handle): boolean;
  isLeaf(tensor: Handle): boolean;
  setRequiresGrad(tensor: Handle, value: boolean): void;

  setGradEnabled(enabled: boolean): boolean;
  enterInference(): void;
  leaveInference(): void;
  enterAutocast(device: string, enabled: boolean, dtype: string): void;
  leaveAutocast(): void;
  setThreads(threads: number): void;
  threads(): number;
  version(): string;
  buildConfiguration(): string;
  parallelInfo(): string;
  cudaDevices(): number;
  cudaHasBfloat16(): boolean;
  synchronize(device: string): void;

  newGenerator(device: string, seed: number): Handle;
  seedGenerator(generator: Handle, seed: number): void;
  generatorState(generator: Handle): Handle;
  setGeneratorState(generator: Handle, state: Handle): void;

  answerSignals(text: string): void;

  tuneAllocator(): void;
  trimAllocator(): void;
  liveBytes(): number;
  peakBytes(): number;
  resetPeakBytes(): void;
}

function solutions(found: string): LibTorchNotFoundError {
  return new LibTorchNotFoundError(
    `LibTorch could not be loaded.\n${found}\nWhat to do:\n` +
      '  npx patchwork setup                finds or installs LibTorch and builds the addon\n' +
      '  LIBTORCH=DIR npx patchwork setup   for a LibTorch of your own\n' +
      "  LIBTORCH_USE_PYTORCH=1 npx patchwork setup   for the one inside your Python's PyTorch\n" +
      '  npx patchwork doctor               says what is there',
  );
}

/**
 * How idle threads of the engine wait; libgomp and OpenBLAS read it once, when they are loaded, which is now. What the
 * user has set stays.
 *
 * OpenMP's threads spin for milliseconds by default and, on a machine that is doing anything else, starve the threads
 * that work; sleeping at once (`OMP_WAIT_POLICY=passive`) costs a third of the speed of small networks. 10,000 turns,
 * a tenth of a millisecond, bridge the gaps within a step and no more. OpenBLAS's own threads must not spin at all:
 * they only take part in fp32 matrix products, and would steal the rest of the step from OpenMP's.
 */
function chooseWaitingPolicy(): void {
  const { env } = process;
  if (env.OMP_WAIT_POLICY === undefined) env.GOMP_SPINCOUNT ??= '10000';
  env.OPENBLAS_THREAD_TIMEOUT ??= '4';
}

/** `OMP_NUM_THREADS` may be a list, of which the first number is meant. */
function threadsWanted(): number {
  const given = process.env.OMP_NUM_THREADS?.split(',')[0];
  const wanted = Number(given);
  if (Number.isInteger(wanted) && wanted > 1024) {
    throw new TypeError(`OMP_NUM_THREADS: expected 1 to 1024 threads, got ${given}; set a smaller number, or none`);
  }
  return Number.isInteger(wanted) && wanted > 0 ? wanted : physicalCores();
}

function load(): Addon {
  const given = process.env.PATCHWORK_NATIVE;
  const info = readBuildInfo();
  const path = given ?? info?.addon;
  if (path === undefined) throw solutions(`The addon has not been built: ${BUILD_DIR} has none.`);
  if (!existsSync(path)) throw solutions(`The addon is not where it should be: ${path}`);
  if (given === undefined && info) {
    const now = versionOf(info.libtorch);
    if (now !== undefined && now !== info.version) {
      throw solutions(
        `The addon was built for LibTorch ${info.version}, but ${info.libtorch} now holds ${now}: rebuild it.`,
      );
    }
  }
  chooseWaitingPolicy();
  // LibTorch's log is for its developers: on some processors 2.x writes a line for every convolution that NNPACK cannot do.
  process.env.TORCH_CPP_LOG_LEVEL ??= 'ERROR';
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    const built = info ? `built for LibTorch ${info.version} in ${info.libtorch} (${info.how})` : 'of unknown origin';
    throw solutions(`${path}, ${built}, failed to load: ${error instanceof Error ? error.message : String(error)}`);
  }
  // Debian's LibTorch runs one thread unless told otherwise.
  addon.setThreads(threadsWanted());
  if (process.env.PATCHWORK_ALLOCATOR !== 'system') addon.tuneAllocator();
  return addon;
}

/**
 * The addon of this thread, loaded when it is first used: names and options of networks, say, can be read without LibTorch.
 * Its functions then stand in the object itself, so that a call costs no more than one of the addon's own.
 *
 * @throws LibTorchNotFoundError with the way out, at the first use
 */
export const addon: Addon = Object.create(
  new Proxy(
    {},
    {
      get: (_, name) => (typeof name === 'string' ? Reflect.get(Object.assign(addon, load()), name) : undefined),
    },
  ),
);
