import { type AnyModule, copyStateDict } from '../nn/index.ts';
import { callOperator, foreachAdd, foreachAdd_, noGrad, own, scope, type Tensor, tensor } from '../torch/index.ts';
import { checkBelowOne } from './check-numbers.ts';

export interface ExponentialMovingAverageOptions {
  /** Share of the average that each update keeps, in [0, 1). Default 0.999, as in PyTorch. */
  decay?: number;
  /**
   * Keep less at first, so that the average leaves the initial weights behind also in a short training: update n, from 0,
   * keeps at most 1 - (1 + n)^(-2/3), as timm's ModelEmaV3 with `use_warmup`. Default `false`.
   */
  warmup?: boolean;
}

/**
 * An exponential moving average of a module's weights, which often measures better than the weights themselves (Polyak and
 * Juditsky 1992; Tarvainen and Valpola 2017): average += (1 - decay) * (weights - average).
 *
 * As `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn`: the first update copies the weights; parameters are
 * averaged, frozen ones included; buffers (running statistics) are copied at each update. timm's ModelEmaV2 averages buffers
 * too.
 */
export class ExponentialMovingAverage {
  readonly #module: AnyModule;
  /** The average of each of the module's tensors; tied weights have one. */
  readonly #averages: ReadonlyMap<Tensor, Tensor>;
  readonly #updates: Tensor;
  readonly #decay: number;
  readonly #warmup: boolean;
  #inUse = false;

  /**
   * @param module on its device and of its type already: it must not be converted any more
   * @throws RangeError where the decay is not in [0, 1)
   */
  constructor(module: AnyModule, { decay = 0.999, warmup = false }: ExponentialMovingAverageOptions = {}) {
    checkBelowOne('ExponentialMovingAverage', 'decay', decay);
    this.#module = module;
    this.#decay = decay;
    this.#warmup = warmup;
    const copy = (value: Tensor) => noGrad(() => own(value.clone()));
    const values = [...module.parameters(), ...module.namedBuffers().values()];
    this.#averages = new Map(values.map((value) => [value, copy(value)]));
    this.#updates = own(tensor(new BigInt64Array(1), { shape: [] }));
  }

  /** Takes the module's weights into the average: to be called after each step of the optimizer. */
  update(): void {
    this.#expectUnused('update');
    const decay = this.#decayOf(this.#updates.item());
    noGrad(() =>
      scope(() => {
        const parameters = decay === 0 ? [] : this.#module.parameters();
        const averages = parameters.map((parameter) => this.#averages.get(parameter)!);
        if (averages.length > 0) {
          const differences = foreachAdd(parameters, averages, { alpha: -1 });
          foreachAdd_(averages, differences, { alpha: 1 - decay });
        }
        const averaged = new Set(parameters);
        for (const [value, average] of this.#averages) if (!averaged.has(value)) average.copy_(value);
        this.#updates.add_(1);
      }),
    );
  }

  #decayOf(update: number): number {
    if (update === 0) return 0;
    return this.#warmup ? Math.min(this.#decay, 1 - (1 + update) ** (-2 / 3)) : this.#decay;
  }

  /**
   * Runs `body`, which may be async, while the module has the averaged weights and buffers, and gives it back its own, to the
   * byte, whatever happens. Nothing is copied. For evaluation, between two steps.
   *
   * @example const scores = await average.withAverage(() => validate(module));
   * @throws Error where it is under way already
   */
  withAverage<Result>(body: () => Result): Result {
    this.#expectUnused('withAverage');
    this.#swap();
    let result: Result;
    try {
      result = body();
    } catch (error) {
      this.#swap();
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.#swap()) as Result;
    this.#swap();
    return result;
  }

  /** Exchanges the memory of the module's tensors and the averages'. */
  #swap(): void {
    noGrad(() =>
      scope(() => {
        for (const [value, average] of this.#averages) {
          const before = value.detach();
          callOperator('aten::set_data', value, average);
          callOperator('aten::set_data', average, before);
        }
      }),
    );
    this.#inUse = !this.#inUse;
  }

  #expectUnused(what: string): void {
    if (!this.#inUse) return;
    throw new Error(
      `ExponentialMovingAverage: ${what} while the module has the averaged weights: wait for withAverage`,
    );
  }

  /**
   * The averages, as `module.` and the name in the module's own state dict, and the number of updates, `n_averaged`: PyTorch's
   * AveragedModel loads it as it is. The tensors are its own, not copies.
   */
  stateDict(): Map<string, Tensor> {
    this.#expectUnused('stateDict');
    const averages = [...this.#module.stateDict()].map(
      ([name, value]) => [`module.${name}`, this.#averages.get(value)!] as const,
    );
    return new Map([['n_averaged', this.#updates], ...averages]);
  }

  /** Copies `state` into the averages. @throws ShapeError listing what does not match; nothing has been changed then */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    copyStateDict(this.stateDict(), state);
  }

  /** Frees the averages now. */
  dispose(): void {
    for (const value of this.stateDict().values()) value.dispose();
  }
}
