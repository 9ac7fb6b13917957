import { quoted } from '../options/index.ts';
import { addon } from './addon.ts';
import { type Device, type DType, dtypeOf, type TypedArray } from './dtype.ts';
import { errorFrom, ShapeError } from './errors.ts';
import { scope } from './scope.ts';
import { Tensor } from './tensor.ts';

/** A number, or arrays of numbers nested to any depth, all rows of one depth equally long. Booleans count as 1 and 0. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

export interface TensorOptions {
  /** Sizes of the dimensions; default: the nesting of the array, or one dimension for a typed array. */
  shape?: readonly number[];
  /** Default: the typed array's own type; `float32` for plain numbers. `int64` etc. convert. */
  dtype?: DType;
  /** Where it lives. Default `'cpu'`. */
  device?: Device;
  /** Record gradients for it: floating types only. Default `false`. */
  requiresGrad?: boolean;
}

/** As many dimensions as LibTorch's operators take. */
const mostDimensions = 64;

function nestedShape(data: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > mostDimensions) {
      throw new ShapeError(`tensor: expected arrays nested at most ${mostDimensions} deep, got more`);
    }
  }
  return shape;
}

const integerRanges: Partial<Record<DType, readonly [least: number, most: number]>> = {
  // The largest of these that a double has.
  int64: [-(2 ** 63), 2 ** 63 - 1024],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-128, 127],
  uint8: [0, 255],
};

/** A conversion would make any number of those that an integer type does not have. */
function checkIntegers(values: readonly number[], dtype: DType): void {
  const [least, most] = integerRanges[dtype] ?? [];
  if (least === undefined || most === undefined) return;
  const wrong = values.find((value) => !(value >= least && value <= most));
  if (wrong !== undefined) throw new TypeError(`tensor: expected numbers that ${dtype} has, got ${wrong}`);
}

function checkShape(shape: readonly number[]): void {
  if (!Array.isArray(shape) || !shape.every((side) => Number.isSafeInteger(side) && side >= 0)) {
    throw new ShapeError(`tensor: expected a shape of sides from 0 on, got ${quoted(shape)}`);
  }
  // Without sides of 0: LibTorch counts the steps between neighbors, which overflow also where there is no element.
  if (shape.reduce((size, side) => size * (side || 1), 8) > Number.MAX_SAFE_INTEGER) {
    throw new ShapeError(`tensor: expected a shape of at most 2^53 - 1 bytes, got ${quoted(shape)}`);
  }
}

function flatten(data: NestedNumbers, shape: readonly number[], out: number[] = []): number[] {
  if (!Array.isArray(data)) {
    if (shape.length > 0) throw new ShapeError(`tensor: rows of unequal length: expected [${shape}], got a number`);
    if (typeof data !== 'number' && typeof data !== 'boolean') {
      throw new TypeError(`tensor: expected numbers, arrays of them or a typed array, got ${kindOf(data)}`);
    }
    out.push(Number(data));
    return out;
  }
  if (shape.length === 0 || data.length !== shape[0]) {
    throw new ShapeError(`tensor: rows of unequal length: expected ${shape[0] ?? 'a number'}, got ${data.length}`);
  }
  for (const row of data as readonly NestedNumbers[]) flatten(row, shape.slice(1), out);
  return out;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? value.constructor.name : `the ${typeof value} ${String(value)}`;
}

function isRaw(data: TypedArray, dtype: DType): boolean {
  if (data instanceof Uint16Array) return dtype === 'float16' || dtype === 'bfloat16';
  return dtypeOf(data) === dtype;
}

/**
 * A tensor holding a copy of `data`: a number, nested arrays, or a typed array. A `Uint16Array` gives the raw bits of
 * `float16` or `bfloat16`.
 *
 * @throws ShapeError where rows differ in length, or `shape` and the number of elements disagree
 * @throws TypeError where something in `data` is no number or, of integers, none that the type has (NaN, 300 for `uint8`), or
 *   a typed array's type is none that tensors have
 * @throws TorchError where there is no such device
 *
 * @example tensor([[1, 2], [3, 4]]);
 * @example tensor(new Uint8Array(3072), { shape: [1, 3, 32, 32] });
 */
export function tensor(data: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  const typed = ArrayBuffer.isView(data);
  const nested = typed ? [data.length] : nestedShape(data as NestedNumbers);
  const dtype = options.dtype ?? (typed ? dtypeOf(data) : 'float32');
  const Flat = dtype === 'float32' ? Float32Array : Float64Array;
  const numbers = typed ? [] : flatten(data as NestedNumbers, nested);
  checkIntegers(numbers, dtype);
  const values = typed ? data : new Flat(numbers);
  const shape = options.shape ?? nested;
  if (!Array.isArray(shape)) checkShape(shape);
  const given = shape.reduce((product, side) => product * side, 1);
  if (given !== values.length) {
    throw new ShapeError(`tensor: shape [${shape.join(', ')}] holds ${given} elements, got ${values.length}`);
  }
  checkShape(shape);
  try {
    const given = new Tensor(addon.fromBytes(values, isRaw(values, dtype) ? dtype : dtypeOf(values), shape), 'tensor');
    const result = converted(given, dtype, options.device ?? 'cpu');
    if (options.requiresGrad) result.requiresGrad = true;
    return result;
  } catch (error) {
    throw errorFrom(error, 'tensor');
  }
}

function converted(given: Tensor, dtype: DType, device: Device): Tensor {
  if (given.dtype === dtype && device === 'cpu') return given;
  try {
    return given.to({ dtype, device });
  } finally {
    given.dispose();
  }
}

/**
 * A tensor of `shape` filled with `value`, as `torch.full`; of `float32` unless `dtype` says otherwise.
 *
 * @param shape sides from 0 on; `[]` makes a scalar
 * @throws TorchError where a side is negative or there is no such device
 */
export function full(
  shape: readonly number[],
  value: number,
  { dtype = 'float32', device = 'cpu', requiresGrad = false }: Omit<TensorOptions, 'shape'> = {},
): Tensor {
  const filled = scope(() =>
    tensor(value, { dtype, device }).expand(shape).clone({ memoryFormat: 'contiguous_format' }),
  );
  if (requiresGrad) filled.requiresGrad = true;
  return filled;
}
