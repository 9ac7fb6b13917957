import { addon, type Handle } from './addon.ts';
import type { Device } from './dtype.ts';
import { errorFrom } from './errors.ts';

const collected = new FinalizationRegistry<Handle>((handle) => addon.release(handle));

export interface GeneratorOptions {
  /**
   * Where the tensors live that it fills: a generator draws on its own device alone. Default `'cpu'`, as everything that
   * Patchwork draws, so that a GPU changes no draw; what was drawn is then moved by `to({ device })`.
   */
  device?: Device;
}

/**
 * A seeded source of random numbers for `normal_`, `bernoulli_`, `rand` and the like, as `torch.Generator`. There is no
 * global one. It lives until the garbage collector finds it, outside of every scope.
 */
export class Generator {
  readonly #handle: Handle;

  /**
   * @param seed an integer, of at most 2^53 in size; the same seed gives the same numbers
   * @throws TypeError where the seed is none
   * @throws TorchError where the device is unknown or draws no numbers
   */
  constructor(seed: number, { device = 'cpu' }: GeneratorOptions = {}) {
    try {
      this.#handle = addon.newGenerator(device, seed);
    } catch (error) {
      throw errorFrom(error, 'Generator');
    }
    addon.setOwned(this.handle);
    collected.register(this, this.handle);
  }

  /** The addon's number for it. For `src/torch` only. */
  get handle(): Handle {
    return this.#handle;
  }

  /**
   * Starts again from `seed`, an integer.
   *
   * @returns itself
   * @throws TypeError where the seed is none
   */
  seed(seed: number): this {
    addon.seedGenerator(this.handle, seed);
    return this;
  }

  /** The whole state, as bytes: 5,056 of a CPU's generator. */
  state(): Uint8Array {
    const state = addon.generatorState(this.handle);
    const bytes = new Uint8Array(addon.toBytes(state));
    addon.release(state);
    return bytes;
  }

  /**
   * Goes on exactly where `state` was taken.
   *
   * @returns itself
   * @throws TorchError where the bytes are no state of a generator of this device
   */
  setState(bytes: Uint8Array): this {
    const state = addon.fromBytes(bytes, 'uint8', [bytes.length]);
    try {
      addon.setGeneratorState(this.handle, state);
    } catch (error) {
      throw errorFrom(error, 'setState');
    } finally {
      addon.release(state);
    }
    return this;
  }
}
