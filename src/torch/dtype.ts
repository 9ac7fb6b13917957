/** Element types. `float16` and `bfloat16` come to JavaScript as `Float32Array` (exact), `int64` as `BigInt64Array`. */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** `'cpu'`, `'cuda'` or `'cuda:N'`. */
export type Device = string;

export type MemoryFormat = 'contiguous_format' | 'preserve_format' | 'channels_last' | 'channels_last_3d';

export type TypedArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

/** The typed array in which elements of this type come out of a tensor. */
export function typedArrayOf(dtype: DType, bytes: ArrayBuffer): TypedArray {
  switch (dtype) {
    case 'float64':
      return new Float64Array(bytes);
    case 'int64':
      return new BigInt64Array(bytes);
    case 'int32':
      return new Int32Array(bytes);
    case 'int16':
      return new Int16Array(bytes);
    case 'int8':
      return new Int8Array(bytes);
    case 'uint8':
    case 'bool':
      return new Uint8Array(bytes);
    default:
      return new Float32Array(bytes);
  }
}

/** The dtype a typed array has by itself. `Uint16Array` has none: it holds raw half-precision bits where a dtype says so. */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Int16Array) return 'int16';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint8Array) return 'uint8';
  throw new TypeError('tensor: a Uint16Array needs a dtype: { dtype: "float16" } or { dtype: "bfloat16" }');
}
