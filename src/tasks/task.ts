/** What a network is trained to do, as the training loop and evaluation see it: all that they know. */
import type { Batch, Loader } from '../data/index.ts';
import type { AnyModule } from '../nn/index.ts';
import type { RandomStream } from '../random/index.ts';
import type { Tensor } from '../torch/index.ts';
import type { Runtime } from './runtime.ts';

/** Where training is, and what may be drawn there. */
export interface Step {
  /** From 1. */
  epoch: number;
  /** In the epoch, from 0. */
  step: number;
  /** How much of the training is done, 0 .. 1. */
  progress: number;
  /** The stream of this step for a purpose of one's own: the same for the same seed, however often a run was stopped. */
  random(purpose: string): RandomStream;
}

/** What training makes of a batch. */
export interface StepLoss {
  /** One number, differentiable: what training lowers. */
  loss: Tensor;
  /** Parts of the loss, and whatever else should be watched: one number each, a mean over the batch. Default: none. */
  terms?: Readonly<Record<string, Tensor>>;
  /** Plain data about the step for listeners, such as how the batch was mixed. Default: nothing. */
  about?: Readonly<Record<string, unknown>>;
}

/** Collects what a network said, over a whole set. */
export interface Meter<Input, Output> {
  /** Called with every batch and what the network said of it. Must copy what it keeps: tensors do not outlive the call. */
  add(input: Input, output: Output): void;
  /** Adds what another process's meter collected of its share; plain data crosses processes, see {@link state}. */
  merge(other: unknown): void;
  /** What {@link merge} takes, as plain data. */
  state(): unknown;
  /** Scores by name, such as `top1Error`; each one number. */
  result(): Record<string, number>;
}

/** A picture of what the network gets to see, for people. */
export interface Preview {
  /** Of its file in the run folder, without extension: `mixed-batch`. */
  name: string;
  /** Bytes of a PNG file. */
  png: Uint8Array;
}

/**
 * A network and what it is to learn. The loop is the same for every task: it prepares a batch, asks for the loss, goes
 * down its gradient; and after each epoch prepares, predicts and meters.
 *
 * @typeParam Target of the data: a class, boxes, sentences, a number
 * @typeParam Input what the network takes, with what the loss needs to know
 * @typeParam Output what it says: a tensor, or a list or record of such
 */
export interface Task<Target = unknown, Input = unknown, Output = unknown> {
  readonly model: AnyModule;
  /** What "best" means: one of the meter's scores, and whether lower or higher is better. */
  readonly goal: { readonly score: string; readonly better: 'lower' | 'higher' };
  /** From bytes to the network's input, on the runtime's device. The one place that normalizes. */
  readonly prepare: (batch: Batch<Target>, runtime: Runtime) => Input;
  /** The loss of a batch; runs in the runtime's precision. */
  readonly loss: (input: Input, step: Step) => StepLoss;
  /** What the network says in evaluation; runs in the runtime's precision, its result is float32. */
  readonly predict: (input: Input) => Output;
  /** A new one, which has seen nothing. */
  meter(): Meter<Input, Output>;
  /**
   * A picture of what training will see; undefined where there is nothing to show. Left out by tasks without one.
   *
   * @param stepAt the step of the first epoch that {@link loss} will get, as at the end of the training
   */
  preview?(train: Loader<Target>, stepAt: (step: number) => Step): Promise<Preview | undefined>;
}
