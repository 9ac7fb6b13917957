import { empty, type Generator, lstm, ShapeError, type Tensor, zeros } from '../torch/index.ts';
import { uniformFanIn } from './linear.ts';
import { Module } from './module.ts';

export interface LSTMOptions {
  /** Layers, each reading the outputs of the one below, from 1. Default 1. */
  layers?: number;
  /** Whether inputs and outputs are [N, T, ...] instead of [T, N, ...]. States never are. Default `false`. */
  batchFirst?: boolean;
}

/** What an LSTM carries from step to step; both are [layers, N, hidden], whatever `batchFirst` is. */
export interface LSTMState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** The state after the last step, which the next call may start from, and what the top layer said at each step. */
export interface LSTMOutput extends LSTMState {
  /** [T, N, hidden], or [N, T, hidden] with `batchFirst`. */
  readonly output: Tensor;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates), with PyTorch's parameters: for layer k
 * `weight_ih_lk` [4 hidden, in], `weight_hh_lk` [4 hidden, hidden], `bias_ih_lk` and `bias_hh_lk` [4 hidden], whose quarters
 * are the input, forget, cell and output gates; it is the same in training and evaluation. At each step
 *
 *     i, f, o = sigmoid(W_ih x + b_ih + W_hh h + b_hh);  g = tanh(...);  c = f * c + i * g;  h = o * tanh(c)
 *
 * All are drawn from U(-1/sqrt(hidden), 1/sqrt(hidden)) as PyTorch does, and zero until `initialize`. There is no dropout
 * between layers, since LibTorch's draws from its global generator: put {@link Dropout} between LSTMs of one layer.
 *
 * @example const { output, ...state } = lstm.forward(words); const next = lstm.forward(word, state);
 */
export class LSTM extends Module<[input: Tensor, state?: LSTMState], LSTMOutput> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly batchFirst: boolean;
  readonly #weights: readonly Tensor[];

  /**
   * @param inputSize length of each step's input vector
   * @param hiddenSize length of each layer's state and output
   * @throws RangeError where layers is not a whole number from 1; ShapeError from `forward`, where its input is not
   *   [T, N, inputSize] or a state is not [layers, N, hiddenSize]
   */
  constructor(inputSize: number, hiddenSize: number, { layers = 1, batchFirst = false }: LSTMOptions = {}) {
    super();
    if (!(Number.isInteger(layers) && layers >= 1)) {
      throw new RangeError(`LSTM: expected layers to be a whole number from 1, got ${layers}`);
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.layers = layers;
    this.batchFirst = batchFirst;
    const gates = 4 * hiddenSize;
    this.#weights = Array.from({ length: layers }, (_, layer) => [
      this.parameter(`weight_ih_l${layer}`, empty([gates, layer === 0 ? inputSize : hiddenSize]).zero_()),
      this.parameter(`weight_hh_l${layer}`, empty([gates, hiddenSize]).zero_()),
      this.parameter(`bias_ih_l${layer}`, empty([gates]).zero_()),
      this.parameter(`bias_hh_l${layer}`, empty([gates]).zero_()),
    ]).flat();
  }

  protected override initializeOwn(generator: Generator): void {
    for (const weight of this.#weights) uniformFanIn(weight, this.hiddenSize, generator);
  }

  /** @param state where it starts. Default: zeros. */
  forward(input: Tensor, state?: LSTMState): LSTMOutput {
    const shape = input.shape;
    const [first = 0, second = 0] = shape;
    if (shape.length !== 3 || shape[2] !== this.inputSize) {
      const order = this.batchFirst ? 'N, T' : 'T, N';
      throw new ShapeError(`lstm: expected input [${order}, ${this.inputSize}], got [${shape.join(', ')}]`);
    }
    const stateShape = [this.layers, this.batchFirst ? first : second, this.hiddenSize];
    const { dtype, device } = input;
    const start = (['hidden', 'cell'] as const).map((name) => {
      const given = state?.[name];
      if (given && given.shape.join() !== stateShape.join()) {
        throw new ShapeError(
          `lstm: expected the ${name} state [${stateShape.join(', ')}] (layers, N, hidden), got [${given.shape.join(', ')}]`,
        );
      }
      return given ?? zeros(stateShape, { dtype, device });
    });
    // As if in training always: there is no dropout to turn off, and cuDNN has no gradients for evaluation.
    const [output, hidden, cell] = lstm(
      input,
      start,
      this.#weights,
      true,
      this.layers,
      0,
      true,
      false,
      this.batchFirst,
    );
    return { output, hidden, cell };
  }

  override describe(): string {
    const more = `${this.layers > 1 ? `, ${this.layers} layers` : ''}${this.batchFirst ? ', batch first' : ''}`;
    return `${this.inputSize}, ${this.hiddenSize}${more}`;
  }
}
