import {
  callOperator,
  type DType,
  type Generator,
  type MemoryFormat,
  noGrad,
  own,
  ShapeError,
  type Tensor,
} from '../torch/index.ts';
import { summarize } from './summary.ts';

export interface ToOptions {
  dtype?: DType;
  device?: string;
  /** Applies to 4-D parameters; others keep their layout. */
  memoryFormat?: MemoryFormat;
}

/**
 * A part of a network: named parameters, buffers and children. Names are given where the thing is made and are
 * PyTorch's own (`layer1.0.conv1.weight`), so that state goes both ways unchanged. Parameters and buffers are owned:
 * scopes never free them.
 */
export abstract class Module {
  /** Whether batch statistics and dropout behave as in training. Set by {@link train} and {@link eval}. */
  training = true;
  readonly #parameters = new Map<string, Tensor>();
  readonly #buffers = new Map<string, Tensor>();
  readonly #children = new Map<string, Module>();

  /** The computation. Extra arguments are the module's own. */
  abstract forward(input: Tensor, ...rest: unknown[]): Tensor;

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
  protected child<Child extends Module>(name: string, module: Child): Child {
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

  /** The module itself (`''`) and everything below it, by path, parents first. */
  modules(prefix = ''): Map<string, Module> {
    const found = new Map<string, Module>([[prefix, this]]);
    for (const [name, child] of this.#children) {
      for (const [path, module] of child.modules(prefix === '' ? name : `${prefix}.${name}`)) found.set(path, module);
    }
    return found;
  }

  get children(): ReadonlyMap<string, Module> {
    return this.#children;
  }

  #collect(pick: (module: Module) => ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [path, module] of this.modules()) {
      for (const [name, tensor] of pick(module)) found.set(path === '' ? name : `${path}.${name}`, tensor);
    }
    return found;
  }

  namedParameters(): Map<string, Tensor> {
    return this.#collect((module) => module.#parameters);
  }
  namedBuffers(): Map<string, Tensor> {
    return this.#collect((module) => module.#buffers);
  }
  parameters(): Tensor[] {
    return [...this.namedParameters().values()];
  }

  /** Parameters and buffers by name: what is saved. The tensors are the module's own, not copies. */
  stateDict(): Map<string, Tensor> {
    return new Map([...this.namedParameters(), ...this.namedBuffers()]);
  }

  /**
   * Copies `state` into the parameters and buffers. Everything must match: missing, unexpected and differently shaped
   * entries are listed in one error, and nothing has been changed when it is thrown.
   */
  loadStateDict(state: ReadonlyMap<string, Tensor>): void {
    const mine = this.stateDict();
    const missing = [...mine.keys()].filter((name) => !state.has(name));
    const unexpected = [...state.keys()].filter((name) => !mine.has(name));
    const reshaped = [...mine].flatMap(([name, tensor]) => {
      const given = state.get(name);
      const same = !given || given.shape.join() === tensor.shape.join();
      return same ? [] : [`${name}: expected [${tensor.shape.join(', ')}], got [${given.shape.join(', ')}]`];
    });
    if (missing.length + unexpected.length + reshaped.length > 0) {
      const list = (title: string, names: string[]) =>
        names.length === 0
          ? ''
          : `\n  ${title}: ${names.slice(0, 8).join('; ')}${names.length > 8 ? `; and ${names.length - 8} more` : ''}`;
      throw new ShapeError(
        `the weights do not fit this network:${list('missing', missing)}${list('unexpected', unexpected)}${list('other shape', reshaped)}`,
      );
    }
    noGrad(() => {
      for (const [name, tensor] of mine) tensor.copy_(state.get(name)!);
    });
  }

  /** Sets training behavior for the whole tree. */
  train(training = true): this {
    for (const module of this.modules().values()) module.training = training;
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

  /** Number of learned values. */
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

  /** A table of the tree with parameter counts. */
  toString(): string {
    return summarize(this);
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
