import { addon } from './addon.ts';
import type { DType } from './dtype.ts';
import { readSafetensors, type SafetensorsDType, type SafetensorsTensor, writeSafetensors } from './safetensors.ts';
import { handleOf, Tensor } from './tensor.ts';

const fileTypes: Record<DType, SafetensorsDType> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/**
 * Writes named tensors as a safetensors file that PyTorch reads; whole or not at all.
 *
 * @param path its folder exists; a file that is there is replaced
 * @param tensors of any shape, dtype and device
 * @param metadata texts for the file's header
 * @throws FullDiskError where the disk is full; the error of the system where the file cannot be written
 * @throws Error where a tensor is called `__metadata__`, which the format keeps for itself
 */
export function saveTensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): void {
  const entries = new Map<string, SafetensorsTensor>();
  if (!((tensors as unknown) instanceof Map))
    throw new TypeError(`${path}: expected a Map of tensors by name, got ${typeof tensors}`);
  for (const [name, tensor] of tensors) {
    handleOf(tensor, `saveTensors: '${name}'`);
    entries.set(name, { dtype: fileTypes[tensor.dtype], shape: tensor.shape, data: tensor.bytes() });
  }
  writeSafetensors(path, entries, { format: 'pt', ...metadata });
}

/**
 * Reads a safetensors file into CPU tensors, which belong to the scope that is open, if any.
 *
 * @returns the tensors by name, in the order of the file
 * @throws Error where the file is cut off or damaged, or holds a type that tensors do not have
 */
export function loadTensors(path: string): Map<string, Tensor> {
  const types = new Map(Object.entries(fileTypes).map(([dtype, fileType]) => [fileType, dtype as DType]));
  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data }] of readSafetensors(path).tensors) {
    const type = types.get(dtype);
    if (type === undefined) throw new Error(`${path}: ${name} has type ${dtype}, which tensors do not have`);
    tensors.set(name, new Tensor(addon.fromBytes(data, type, shape), 'loadTensors'));
  }
  return tensors;
}
