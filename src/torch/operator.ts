/**
 * Operators as functions. Arguments without a default are positional, the others go in one options object under their
 * camelCase names; both are read from the live schema, so that a newer LibTorch's defaults hold.
 */
import { addon } from './addon.ts';
import { TorchError } from './errors.ts';
import { Generator } from './generator.ts';
import { camelCase, parseSchema, requiredArguments, type Schema } from './schema.ts';
import { explain, Tensor } from './tensor.ts';

interface Overload {
  index: number;
  schema: Schema;
  positional: number;
  optionIndex: Map<string, number>;
}

function resolve(name: string, overload: string, positional?: number): Overload {
  const index = addon.findOperator(name, overload);
  const schema = parseSchema(addon.operatorSchema(index));
  const count = positional ?? requiredArguments(schema);
  const optionIndex = new Map<string, number>();
  schema.parameters.forEach((parameter, i) => {
    if (i >= count) optionIndex.set(camelCase(parameter.name), i);
  });
  return { index, schema, positional: count, optionIndex };
}

/** Whether a value can be what the schema asks for: enough to choose between overloads; the addon checks the rest. */
function fits(value: unknown, type: string): boolean {
  const base = type.replace(/\?$/, '');
  if (value === null || value === undefined) return type.endsWith('?');
  if (base.endsWith(']')) return Array.isArray(value) || (typeof value === 'number' && /\[\d+\]$/.test(base));
  if (base === 'Tensor') return value instanceof Tensor;
  if (base === 'Scalar' || base === 'float') return typeof value === 'number' || typeof value === 'boolean';
  if (base === 'int' || base === 'SymInt') return typeof value === 'number' || typeof value === 'bigint';
  return true;
}

function hasHandle(value: unknown): value is Tensor | Generator {
  return value instanceof Tensor || value instanceof Generator;
}

function isOptions(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !hasHandle(value)
  );
}

/** `add` of `aten::add`. */
const unqualified = (name: string): string => name.replace(/^\w+::/, '');

type Overloads = readonly [Overload, ...Overload[]];

function choose(overloads: Overloads, args: readonly unknown[]): Overload {
  if (overloads.length === 1) return overloads[0];
  const given = args.length > 0 && isOptions(args[args.length - 1]) ? args.length - 1 : args.length;
  for (const overload of overloads) {
    if (overload.positional !== given) continue;
    let matches = true;
    for (let i = 0; i < given && matches; i++) matches = fits(args[i], overload.schema.parameters[i]!.type);
    if (matches) return overload;
  }
  throw new TypeError(
    `${unqualified(overloads[0].schema.name)}: no form of it takes (${args.map(describe).join(', ')}); there are:\n` +
      overloads.map((overload) => `  ${addon.operatorSchema(overload.index)}`).join('\n'),
  );
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return value.toString();
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return describeObject(value);
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/**
 * What the addon takes for a value given for a parameter of a type. Handles are numbers, so that where a tensor or generator
 * belongs a number is none: it could be the handle of any.
 */
function native(value: unknown, type: string): unknown {
  if (value !== null && typeof value === 'object') {
    if (hasHandle(value)) return value.handle;
    if (Array.isArray(value)) return value.map((element) => native(element, type));
    if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, (e) => native(e, type));
    if (takesHandle(type)) throw new TypeError(`expected a ${kindOf(type)}, got ${describeObject(value)}`);
  }
  if (typeof value === 'number' && takesHandle(type))
    throw new TypeError(`expected a ${kindOf(type)}, got the number ${value}`);
  return value;
}

const kindOf = (type: string): string => (type.startsWith('Tensor') ? 'tensor' : 'generator');
const takesHandle = (type: string): boolean => type.startsWith('Tensor') || type.startsWith('Generator');

/** What comes out of a message from another thread has lost its class, and with it its handle. */
function describeObject(value: object): string {
  return 'madeBy' in value
    ? "an object that was a tensor in another thread: send its data(), since each thread's tensors are its own"
    : 'an object';
}

/** `add.Tensor`, as the addon names an operator. */
const labelOf = ({ name, overload }: Schema): string => unqualified(overload === '' ? name : `${name}.${overload}`);

function nativeArgument(schema: Schema, index: number, value: unknown): unknown {
  const parameter = schema.parameters[index]!;
  try {
    return native(value, parameter.type);
  } catch (error) {
    if (error instanceof TypeError) error.message = `${labelOf(schema)}: ${parameter.name}: ${error.message}`;
    throw error;
  }
}

function fill(overload: Overload, args: readonly unknown[]): unknown[] {
  const { positional, optionIndex, schema } = overload;
  const filled: unknown[] = new Array(Math.min(args.length, positional));
  for (let i = 0; i < filled.length; i++) filled[i] = nativeArgument(schema, i, args[i]);
  const options = args[positional];
  if (args.length > positional + 1 || (options !== undefined && !isOptions(options))) {
    throw new TypeError(
      `${unqualified(schema.name)}: takes ${positional} arguments and an options object { ${[...optionIndex.keys()].join(', ')} }, got (${args.map(describe).join(', ')})`,
    );
  }
  for (const key in options as object) {
    const index = optionIndex.get(key);
    if (index === undefined) {
      throw new TypeError(
        `${unqualified(schema.name)}: unknown option "${key}"; there are: ${[...optionIndex.keys()].join(', ')}`,
      );
    }
    while (filled.length < index) filled.push(undefined);
    filled[index] = nativeArgument(schema, index, (options as Record<string, unknown>)[key]);
  }
  return filled;
}

/** The tensor among the arguments that the operator returned again, as in-place and out variants do. */
function givenTensor(args: readonly unknown[], handle: unknown): Tensor | undefined {
  for (const value of args) {
    if (value instanceof Tensor) {
      if (value.handle === handle) return value;
    } else if (isOptions(value)) {
      const inside = givenTensor(Object.values(value), handle);
      if (inside) return inside;
    }
  }
  return undefined;
}

function wrap(value: unknown, type: string, madeBy: string, args: readonly unknown[]): unknown {
  if (value === null || value === undefined) return value;
  if (type === 'Tensor' || type === 'Tensor?') return givenTensor(args, value) ?? new Tensor(value as number, madeBy);
  if (type === 'Tensor[]') return (value as (number | null)[]).map((handle) => wrap(handle, 'Tensor', madeBy, args));
  return value;
}

function invoke(overload: Overload, args: readonly unknown[], label: string): unknown {
  const filled = fill(overload, args);
  let raw: unknown;
  try {
    raw = addon.call(overload.index, ...filled);
  } catch (error) {
    throw explain(error, args, label);
  }
  const { returns } = overload.schema;
  const [first] = returns;
  if (first === undefined) return undefined;
  if (returns.length === 1) return wrap(raw, first, label, args);
  return returns.map((type, i) => wrap((raw as unknown[])[i], type, label, args));
}

/**
 * A typed function for an operator, choosing among its overloads by the positional arguments. Operators whose name ends
 * in an underscore work in place and return their first argument.
 *
 * @param overloads the number of positional arguments of each. It is fixed when the types are generated: a newer LibTorch
 *   may give an argument a default, which must not turn it into an option here.
 * @param method the name under which tensors have it too: `a.add(b)` is `add(a, b)`
 */
export function operatorFunction<Signature extends (...args: never[]) => unknown>(
  name: string,
  overloads: Readonly<Record<string, number>>,
  method?: string,
): Signature {
  const label = unqualified(name);
  let resolved: Overloads | undefined;
  const call = (...args: unknown[]): unknown => {
    resolved ??= resolveAll(name, overloads);
    return invoke(choose(resolved, args), args, label);
  };
  Object.defineProperty(call, 'name', { value: camelCase(label) });
  if (method !== undefined) {
    Object.defineProperty(Tensor.prototype, method, {
      value(this: Tensor, ...args: unknown[]): unknown {
        return call(this, ...args);
      },
    });
  }
  return call as unknown as Signature;
}

/** The overloads this LibTorch has; an error when it has none of them. */
function resolveAll(name: string, overloads: Readonly<Record<string, number>>): Overloads {
  const found: Overload[] = [];
  let missing: unknown;
  for (const [overload, positional] of Object.entries(overloads)) {
    try {
      found.push(resolve(name, overload, positional));
    } catch (error) {
      missing = error;
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw explain(missing, []);
  return [first, ...others];
}

const reached = new Map<string, Overload>();

/**
 * Any operator LibTorch has, by name: `callOperator<Tensor>('aten::erfinv', x)`, with an overload after a dot:
 * `callOperator<[Tensor, Tensor]>('aten::kthvalue', x, 3, { dim: 1 })`. The escape hatch: the result's type is the
 * caller's word.
 *
 * @param name LibTorch's, with or without `aten::`
 * @param args those without a default in the schema, then an object of the others under their camelCase names
 * @returns what the schema says: a tensor, a number, a list of them, or nothing
 * @throws TorchError naming an operator or an overload that does not exist, and where LibTorch refuses
 * @throws TypeError where an argument is of the wrong kind
 */
export function callOperator<Result>(name: string, ...args: unknown[]): Result {
  let overload = reached.get(name);
  if (!overload) {
    const [base, variant = ''] = (name.includes('::') ? name : `aten::${name}`).split('.') as [string, string?];
    try {
      overload = resolve(base, variant);
    } catch (error) {
      const all = addon.operatorNames().filter((candidate) => candidate.split('.')[0] === base);
      throw new TorchError(
        `${(error as Error).message}${all.length > 0 ? `; its overloads are ${all.join(', ')}` : ''}`,
        { cause: error },
      );
    }
    reached.set(name, overload);
  }
  return invoke(overload, args, unqualified(name)) as Result;
}
