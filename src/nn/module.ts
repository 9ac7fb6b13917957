import { callOperator, type Device, type DType, type Generator, type MemoryFormat, noGrad, own, scope, type Tensor } from '../torch/index.ts'; // biome-ignore format: a list
import { copyStateDict } from './state-dict.ts';

export interface ToOptions {
  /** Of floating-point tensors; integer ones keep their type. Default: as it is. */
  dtype?: DType;
  /** Default: where they are. */
  device?: Device;
  /** Applies to 4-D tensors; others keep their layout. Default: as it is. */
  memoryFormat?: MemoryFormat;
}

/** A module whatever it takes and returns: for what walks networks, and runs none. */
export type AnyModule = Module<never, unknown>;

/**
 * A part of a network: named parameters, buffers and children. Names are given where the thing is made and are
 * PyTorch's own (`layer1.0.conv1.weight`), so that state goes both ways unchanged. Parameters and buffers are owned:
 * scopes never free them.
 *
 * Plain modules take one tensor and return one. Others name what they take and return, which should be a
 * {@link TensorTree}:
 *
 * @example class Scale extends Module { forward(input: Tensor) { return input.mul(2); } }
 * @example class Attend extends Module<[query: Tensor, keys: Tensor], { context: Tensor; weights: Tensor }> { ... }
 */
export abstract class Module<Arguments extends readonly unknown[] = [input: Tensor], Output = Tensor> {
  /** Whether batch statistics and dropout behave as in training. Default `true`. Set by {@link train} and {@link eval}. */
  training = true;
  readonly #parameters = new Map<string, Tensor>();
  readonly #buffers = new Map<string, Tensor>();
  readonly #children = new Map<string, AnyModule>();

  /** The computation. */
  abstract forward(...inputs: Arguments): Output;

  /** Registers a learned tensor under its state-dict name and returns it. */
  protected parameter(name: string, value: Tensor): Tensor {
    value.requiresGrad = true;
    this.#parameters.set(name, own(value));
    return value;
  }

  /** Registers a tensor that is saved but not learned (running statistics) and returns it. */
  protected buffer(name: string, value: Tensor): Tensor {
    this.#buffers.set(name, own(value));
    return value;
  }

  /** Registers a part under its name and returns it. */
  protected child<Child extends AnyModule>(name: string, module: Child): Child {
    this.#children.set(name, module);
    return module;
  }

  /** Draws this module's own parameters; {@link initialize} calls it for every part. */
  protected initializeOwn(_generator: Generator): void {}

  /** Draws every parameter of the tree from `generator`, in registration order: the same seed, the same weights. */
  initialize(generator: Generator): this {
    noGrad(() => {
      for (const module of this.modules().values()) module.initializeOwn(generator);
    });
    return this;
  }

  /** The module itself (under the path `prefix`) and everything below it, by path, parents first. */
  modules(prefix = ''): Map<string, AnyModule> {
    const found = new Map<string, AnyModule>([[prefix, this]]);
    for (const [name, child] of this.#children) {
      for (const [path, module] of child.modules(prefix === '' ? name : `${prefix}.${name}`)) found.set(path, module);
    }
    return found;
  }

  /** Its own parts, by name. */
  get children(): ReadonlyMap<string, AnyModule> {
    return this.#children;
  }

  #collect(pick: (module: AnyModule) => ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [path, module] of this.modules()) {
      for (const [name, tensor] of pick(module)) found.set(path === '' ? name : `${path}.${name}`, tensor);
    }
    return found;
  }

  /**
   * The learned tensors of the tree by name, frozen ones included. The module's own, not copies. One that is registered twice,
   * as tied weights are, has its first name, as in PyTorch.
   */
  namedParameters(): Map<string, Tensor> {
    return onceEach(this.#collect((module) => module.#parameters));
  }
  /** The tensors of the tree that are saved but not learned, by name. The module's own, not copies; each once. */
  namedBuffers(): Map<string, Tensor> {
    return onceEach(this.#collect((module) => module.#buffers));
  }
  /** The learned tensors of the tree, frozen ones included, in the order of {@link namedParameters}. */
  parameters(): Tensor[] {
    return [...this.namedParameters().values()];
  }

  /**
   * Parameters and buffers by name: what is saved. The tensors are the module's own, not copies. One that is registered twice
   * has both names, as in PyTorch.
   */
  stateDict(): Map<string, Tensor> {
    const parameters = this.#collect((module) => module.#parameters);
    return new Map([...parameters, ...this.#collect((module) => module.#buffers)]);
  }

  /**
   * Copies `state` into the parameters and buffers.
   *
   * @throws ShapeError where it does not match: missing, unexpected and differently shaped entries are listed in one
   *   error, and nothing has been changed when it is thrown
   */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    copyStateDict(this.stateDict(), state);
  }

  /**
   * Freezes the parameters of the tree (`false`) or has them learn again (`true`, the default), as PyTorch's
   * `requires_grad_`. Gradients flow through a frozen part but are not kept for it, and every optimizer leaves it alone,
   * weight decay and momentum included; freezing and unfreezing in the middle of training is fine.
   *
   * As in PyTorch, buffers are no parameters: the running statistics of a frozen batch normalization still follow the
   * batches in training. Where they should not, set its `keepsStatistics`; or give the part evaluation behavior:
   * `backbone.requiresGrad_(false).eval()`, after each call of `train()` on the whole network, or by overriding {@link train}
   * in a class of your own.
   */
  requiresGrad_(learns = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = learns;
    return this;
  }

  /** Sets training behavior (`false`: evaluation behavior) for the whole tree; each part's own `train` is called. */
  train(training = true): this {
    this.training = training;
    for (const child of this.#children.values()) child.train(training);
    return this;
  }
  /** Sets evaluation behavior for the whole tree. */
  eval(): this {
    return this.train(false);
  }

  /** Moves and converts parameters and buffers in place; integer buffers keep their type. */
  to({ dtype, device, memoryFormat }: ToOptions): this {
    noGrad(() => {
      for (const tensor of this.stateDict().values()) {
        const floating = tensor.dtype.includes('float');
        const moved = tensor.to({
          ...(dtype !== undefined && floating ? { dtype } : {}),
          ...(device !== undefined ? { device } : {}),
          ...(memoryFormat !== undefined && tensor.shape.length === 4 ? { memoryFormat } : {}),
        });
        callOperator('aten::set_data', tensor, moved);
        if (moved.handle !== tensor.handle) moved.dispose();
      }
    });
    return this;
  }

  /** Number of learned values, those of frozen parameters included. */
  get parameterCount(): number {
    return this.parameters().reduce((sum, tensor) => sum + tensor.size, 0);
  }

  /** Frees parameters and buffers now. */
  dispose(): void {
    for (const tensor of this.stateDict().values()) tensor.dispose();
  }

  /** What a printout says of this module besides its name: `3, 16, kernel 3`. */
  describe(): string {
    return '';
  }

  /** A table of the tree: one line a module, indented, with what it is and how many values it learns. */
  toString(): string {
    return summarize(this.modules());
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Each tensor under its first name. */
function onceEach(named: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const seen = new Set<Tensor>();
  return new Map([...named].filter(([, value]) => seen.size < seen.add(value).size));
}

function summarize(modules: ReadonlyMap<string, AnyModule>): string {
  const rows = [...modules].map(([path, module]) => {
    const depth = path === '' ? 0 : path.split('.').length;
    const name = path === '' ? '' : `${path.split('.').at(-1)}: `;
    const detail = module.describe();
    const label = `${'  '.repeat(depth)}${name}${module.constructor.name}${detail === '' ? '' : `(${detail})`}`;
    return [label, module.parameterCount.toLocaleString('en-US')] as const;
  });
  const width = Math.max(...rows.map(([label]) => label.length));
  const digits = Math.max(...rows.map(([, count]) => count.length));
  return rows.map(([label, count]) => `${label.padEnd(width)}  ${count.padStart(digits)}`).join('\n');
}

/** Modules one after the other, named `0`, `1`, ... as in PyTorch: each takes the tensor that the one before it returns. */
export class Sequential extends Module {
  readonly parts: readonly Module[];

  constructor(...parts: Module[]) {
    super();
    this.parts = parts.map((part, index) => this.child(String(index), part));
  }

  forward(input: Tensor): Tensor {
    return inTurn(this.parts, input);
  }
}

/**
 * One module after the other. What a module makes inside is freed when it is done, and what it gives when the next one is
 * done, unless gradients need it: memory is that of the largest module, not of all. Tensors that are to outlive this are
 * owned, or given out by the last module.
 *
 * @returns what the last module gives; the input itself where there is none
 */
export function inTurn(modules: readonly Module[], input: Tensor): Tensor {
  const through = (count: number): Tensor =>
    count === 0 ? input : scope(() => modules[count - 1]!.forward(through(count - 1)));
  return through(modules.length);
}
