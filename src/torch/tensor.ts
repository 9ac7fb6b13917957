// Declarations say so too: programs need not know that `using` asks for it.
/// <reference lib="esnext.disposable" preserve="true" />
import { quoted } from '../options/index.ts';
import { addon, type Handle } from './addon.ts';
import { type Device, type DType, type MemoryFormat, type TypedArrays, typedArrayOf } from './dtype.ts';
import { errorFrom } from './errors.ts';
import type { TensorMethods } from './generated/methods.ts';

/**
 * Tensors that no scope frees are freed when the garbage collector finds them. That is a net, not the mechanism: Node
 * runs these callbacks in a later macrotask, which a synchronous loop never reaches.
 */
const collected = new FinalizationRegistry<Handle>((handle) => addon.release(handle));

export interface Tensor extends TensorMethods<Tensor> {}

/**
 * A tensor of LibTorch. Operators are functions (`add(a, b)`) and methods (`a.add(b)`). Inside a {@link scope} it is
 * freed at the scope's end unless returned; outside, call `dispose()` or declare it with `using`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see above
export class Tensor {
  // Private: what a message to another thread makes of a tensor has none, and is no tensor of that thread by mistake.
  readonly #handle: Handle;
  /** The operator that made it: named when it is used after being freed. */
  readonly madeBy: string;

  constructor(handle: Handle, madeBy: string) {
    this.#handle = handle;
    this.madeBy = madeBy;
    if (scopeState.depth === 0) collected.register(this, handle);
  }

  /** The addon's number for this tensor. For `src/torch` only. */
  get handle(): Handle {
    return this.#handle;
  }
  /** Sizes of the dimensions, outermost first. */
  get shape(): number[] {
    return checked(this, addon.shape);
  }
  /** Steps between neighbors of each dimension, in elements. */
  get strides(): number[] {
    return checked(this, addon.strides);
  }
  /** The type of its elements. */
  get dtype(): DType {
    return checked(this, addon.dtype) as DType;
  }
  /** Where it lives: `cpu`, `cuda:0`. */
  get device(): Device {
    return checked(this, addon.device);
  }
  /** How a 4-D tensor lies in memory: `contiguous_format` (NCHW) or `channels_last` (NHWC). */
  get memoryFormat(): MemoryFormat {
    return checked(this, addon.memoryFormat) as MemoryFormat;
  }
  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }
  /** Whether operations on it are recorded for gradients. Only of a leaf can it be set, and only of floating types. */
  get requiresGrad(): boolean {
    return checked(this, addon.requiresGrad);
  }
  set requiresGrad(value: boolean) {
    checked(this, (handle) => addon.setRequiresGrad(handle, value));
  }
  /** Whether no recorded operation made it: gradients are left in leaves that ask for them. */
  get isLeaf(): boolean {
    return checked(this, addon.isLeaf);
  }
  /**
   * The gradient that `backward` left here, or `null`. A new handle at each read. It can be set to `null`, or to a tensor of
   * this one's shape, dtype and device: another shape is a {@link ShapeError}, another dtype or device a `TypeError`.
   */
  get grad(): Tensor | null {
    const handle = checked(this, addon.gradient);
    return handle === null ? null : new Tensor(handle, 'grad');
  }
  set grad(value: Tensor | null) {
    checked(this, (handle) => addon.setGradient(handle, value === null ? null : handleOf(value, 'grad')), value);
  }
  /** Whether it has been freed. */
  get isDisposed(): boolean {
    return !addon.isLive(this.handle);
  }

  /**
   * The value of a one-element tensor as a number; of a bool, 0 or 1.
   *
   * @throws ShapeError where it has more elements, or none
   */
  item(): number {
    return checked(this, addon.item);
  }

  /**
   * A copy of the elements in row-major order: `Float32Array` for float32, float16 and bfloat16 (exact), `Float64Array`,
   * `BigInt64Array`, `Int32Array`, `Int16Array`, `Int8Array`, `Uint8Array` (uint8 and bool).
   *
   * Naming the type that the tensor has says which array comes: `scores.data('float32')[0] * 2`. It is an argument, and
   * not a type parameter, since it is checked: `data<'float32'>()` would be the caller's word.
   *
   * @param dtype the type that the tensor has; default: any
   * @throws TypeError where the tensor has another type
   */
  data(): TypedArrays[DType];
  data<Name extends DType>(dtype: Name): TypedArrays[Name];
  data(expected?: DType): TypedArrays[DType] {
    const dtype = this.dtype;
    if (expected !== undefined && expected !== dtype) {
      throw new TypeError(`data: expected a tensor of ${expected}, got ${this}; convert it with to({ dtype })`);
    }
    if (dtype !== 'float16' && dtype !== 'bfloat16') return typedArrayOf(dtype, checked(this, addon.toBytes));
    const wide = this.to({ dtype: 'float32' });
    const values = typedArrayOf('float32', addon.toBytes(wide.handle));
    wide.dispose();
    return values;
  }

  /** The raw bytes of the elements in row-major order; for files. */
  bytes(): Uint8Array {
    return new Uint8Array(checked(this, addon.toBytes));
  }

  /**
   * Adds the gradients of this tensor to the `grad` of the leaves it was made from. Needs a one-element tensor unless
   * `gradient` (same shape) is given.
   *
   * @throws TorchError where nothing was recorded, or the graph was used already without `retainGraph`
   */
  backward({ gradient, retainGraph = false, createGraph = false }: BackwardOptions = {}): void {
    checked(
      this,
      (handle) =>
        addon.backward(
          [handle],
          gradient ? [handleOf(gradient, 'backward')] : null,
          retainGraph || createGraph,
          createGraph,
        ),
      gradient,
    );
  }

  /** Frees it now. A second call does nothing. */
  dispose(): void {
    addon.release(this.handle);
  }
  [Symbol.dispose](): void {
    addon.release(this.handle);
  }

  /** Shape and type, as in `float32[2, 3] cpu`; never the elements. */
  toString(): string {
    return this.isDisposed ? `Tensor(freed, made by ${this.madeBy})` : `Tensor(${addon.describe(this.handle)})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export interface BackwardOptions {
  /** Gradient of the result with respect to this tensor; default 1 for a one-element tensor. */
  gradient?: Tensor;
  /** Keep the graph for a second backward. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Make the gradients differentiable themselves. Default `false`. */
  createGraph?: boolean;
}

/** The addon's number for what must be a tensor: programs in JavaScript give anything. @throws TypeError where it is none */
export function handleOf(tensor: Tensor, operator: string): Handle {
  if (tensor instanceof Tensor) return tensor.handle;
  throw new TypeError(`${operator}: expected a tensor, got ${quoted(tensor)}`);
}

/** How many scopes are open: kept here, where every tensor is made, so that making one need not ask the addon. */
export const scopeState = { depth: 0 };

/** Hands a tensor that left the outermost scope to the garbage collector's care. */
export function watch(tensor: Tensor): void {
  collected.register(tensor, tensor.handle);
}

/** Calls the addon with a tensor's handle; `other` is a second tensor of the call, which may be the freed one. */
function checked<Result>(tensor: Tensor, read: (handle: Handle) => Result, other?: Tensor | null): Result {
  try {
    return read(tensor.handle);
  } catch (error) {
    throw explain(error, [tensor, other]);
  }
}

/** Tensors inside a value: the value itself, or those in its arrays, sets, maps and plain objects, at any depth; each once. */
export function tensorsIn(value: unknown): Tensor[] {
  const seen = new Set<object>();
  const visit = (inside: unknown): void => {
    if (typeof inside !== 'object' || inside === null || seen.has(inside)) return;
    seen.add(inside);
    for (const element of contentsOf(inside)) visit(element);
  };
  visit(value);
  return [...seen].filter((inside) => inside instanceof Tensor);
}

function contentsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return value.values();
  return Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [];
}

/** Turns an error of the addon into the class and words that help, naming the tensor among the arguments that was freed. */
export function explain(error: unknown, args: readonly unknown[], operator?: string): unknown {
  const freed = tensorsIn(args).find((tensor) => tensor.isDisposed);
  return errorFrom(error, operator, freed?.madeBy);
}
