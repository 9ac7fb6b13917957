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

/**
 * Where tensors live: `'cpu'`, `'cuda'` (the current GPU) or `'cuda:N'`. LibTorch's other devices, such as `'meta'`, go by
 * their names there.
 */
export type Device = string;

export type MemoryFormat = 'contiguous_format' | 'preserve_format' | 'channels_last' | 'channels_last_3d';

/** The typed array in which elements of each type come out of a tensor. */
export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  float16: Float32Array;
  bfloat16: Float32Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int16: Int16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** What tensors are made from. */
export type TypedArray = TypedArrays[DType] | Uint16Array;

const constructors: { readonly [Name in DType]: new (bytes: ArrayBuffer) => TypedArrays[Name] } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** A typed array over `bytes`, the elements of a tensor of this type; of half precision, as float32. */
export function typedArrayOf<Name extends DType>(dtype: Name, bytes: ArrayBuffer): TypedArrays[Name] {
  return new constructors[dtype](bytes);
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
  if (data instanceof Uint16Array)
    throw new TypeError('tensor: a Uint16Array needs a dtype: { dtype: "float16" } or { dtype: "bfloat16" }');
  const { name } = (data as object).constructor;
  throw new TypeError(`tensor: expected a typed array of a type that tensors have, got ${name}; convert it first`);
}
