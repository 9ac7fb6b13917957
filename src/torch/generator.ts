import { addon, type Handle } from './addon.ts';
import { explain, Tensor } from './tensor.ts';

const collected = new FinalizationRegistry<Handle>((handle) => addon.release(handle));

/** A seeded source of random numbers for `normal_`, `bernoulli_`, `rand` and the like. There is no global one. */
export class Generator {
  readonly handle: Handle;
  readonly madeBy = 'generator';

  /**
   * @param seed an integer; the same seed gives the same numbers.
   * @param device where the tensors it fills live. Default `'cpu'`.
   */
  constructor(seed: number, { device = 'cpu' }: { device?: string } = {}) {
    try {
      this.handle = addon.newGenerator(device, seed);
    } catch (error) {
      throw explain(error, [], 'Generator');
    }
    addon.setOwned(this.handle);
    collected.register(this, this.handle);
  }

  /** Starts again from `seed`. */
  seed(seed: number): this {
    addon.seedGenerator(this.handle, seed);
    return this;
  }

  /** The whole state, as bytes. */
  state(): Uint8Array {
    const state = new Tensor(addon.generatorState(this.handle), 'generatorState');
    const bytes = state.bytes();
    state.dispose();
    return bytes;
  }

  /** Goes on exactly where `state` was taken. */
  setState(bytes: Uint8Array): this {
    const state = new Tensor(addon.fromBytes(bytes, 'uint8', [bytes.length]), 'setState');
    try {
      addon.setGeneratorState(this.handle, state.handle);
    } catch (error) {
      throw explain(error, [], 'setState');
    } finally {
      state.dispose();
    }
    return this;
  }
}
