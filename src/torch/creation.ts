import { addon } from './addon.ts';
import { type DType, dtypeOf, type TypedArray } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { scope } from './scope.ts';
import { explain, Tensor } from './tensor.ts';

export type NestedNumbers = number | boolean | readonly NestedNumbers[];

export interface TensorOptions {
  /** Sizes of the dimensions; default: the nesting of the array, or one dimension for a typed array. */
  shape?: readonly number[];
  /** Default: the typed array's own type; `float32` for plain numbers. `int64` etc. convert. */
  dtype?: DType;
  /** Default `'cpu'`. */
  device?: string;
  /** Record gradients for it. Default `false`. */
  requiresGrad?: boolean;
}

function nestedShape(data: NestedNumbers): number[] {
  return Array.isArray(data) ? [data.length, ...(data.length > 0 ? nestedShape(data[0] as NestedNumbers) : [])] : [];
}

function flatten(data: NestedNumbers, shape: readonly number[], out: number[] = []): number[] {
  if (!Array.isArray(data)) {
    if (shape.length > 0) throw new ShapeError(`tensor: rows of unequal length: expected [${shape}], got a number`);
    out.push(Number(data));
    return out;
  }
  if (shape.length === 0 || data.length !== shape[0]) {
    throw new ShapeError(`tensor: rows of unequal length: expected ${shape[0] ?? 'a number'}, got ${data.length}`);
  }
  for (const row of data as readonly NestedNumbers[]) flatten(row, shape.slice(1), out);
  return out;
}

function isRaw(data: TypedArray, dtype: DType): boolean {
  if (data instanceof Uint16Array) return dtype === 'float16' || dtype === 'bfloat16';
  return dtypeOf(data) === dtype;
}

/**
 * A tensor holding a copy of `data`: a number, nested arrays, or a typed array. A `Uint16Array` gives the raw bits of
 * `float16` or `bfloat16`. Throws {@link ShapeError} when `shape` and the number of elements disagree.
 *
 * @example tensor([[1, 2], [3, 4]]);
 * @example tensor(new Uint8Array(3072), { shape: [1, 3, 32, 32] });
 */
export function tensor(data: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  const typed = ArrayBuffer.isView(data);
  const nested = typed ? [data.length] : nestedShape(data as NestedNumbers);
  const dtype = options.dtype ?? (typed ? dtypeOf(data) : 'float32');
  const Flat = dtype === 'float32' ? Float32Array : Float64Array;
  const values = typed ? data : new Flat(flatten(data as NestedNumbers, nested));
  const shape = options.shape ?? nested;
  const given = shape.reduce((product, side) => product * side, 1);
  if (given !== values.length) {
    throw new ShapeError(`tensor: shape [${shape.join(', ')}] holds ${given} elements, got ${values.length}`);
  }
  let result = new Tensor(addon.fromBytes(values, isRaw(values, dtype) ? dtype : dtypeOf(values), shape), 'tensor');
  if (result.dtype !== dtype || (options.device !== undefined && options.device !== 'cpu')) {
    const given = result;
    try {
      result = given.to({ dtype, device: options.device ?? 'cpu' });
    } catch (error) {
      throw explain(error, [], 'tensor');
    }
    given.dispose();
  }
  if (options.requiresGrad) result.requiresGrad = true;
  return result;
}

/** A tensor of `shape` filled with `value`. */
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
