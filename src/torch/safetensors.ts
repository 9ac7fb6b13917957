import { closeSync, readSync } from 'node:fs';
import { totalmem } from 'node:os';
import { openRegularFile, parseStrictJson, writeFileAtomically } from '../files/index.ts';

/**
 * The safetensors format: 8 bytes of little-endian header length, a JSON header padded with spaces to a multiple of 8,
 * then the tensors' bytes without gaps. https://huggingface.co/docs/safetensors
 */

// Largest first, in the order in which the reference implementation lays tensors out: every tensor is then aligned to
// its own element size, which `torch.Tensor.view(dtype)` needs, and files come out equal to those of Python.
const bytesPerElement = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type SafetensorsDType = keyof typeof bytesPerElement;

const layoutOrder = Object.keys(bytesPerElement);

export interface SafetensorsTensor {
  dtype: SafetensorsDType;
  /** Empty for a scalar; a dimension may be 0. */
  shape: readonly number[];
  /** The elements, little-endian, in row-major order. After reading, a buffer of its own that starts at offset 0. */
  data: Uint8Array;
}

export interface SafetensorsFile {
  /** In the order of the file. */
  tensors: Map<string, SafetensorsTensor>;
  metadata: Record<string, string>;
}

const metadataName = '__metadata__';

// The header, a tensor or the metadata, and a list.
const deepestHeader = 3;

// The reference implementation's limit: a longer header is not a header.
const largestHeader = 100_000_000;

/**
 * Reads a whole safetensors file, strictly. All that its header says is judged before a tensor is read.
 *
 * @throws where there is no file, or one that does not fit into memory; where it is cut off or too long, its header is not
 *   one or has a name twice, or a tensor's size is not its shape's; where a BOOL is neither 0 nor 1. The message names the
 *   file, the tensor, what was expected and what was found
 */
export function readSafetensors(path: string): SafetensorsFile {
  const { file, bytes: fileBytes } = openRegularFile(path, { expected: 'a safetensors file', atMost: memoryBytes() });
  try {
    const { text, dataStart } = readHeader(file, path, fileBytes);
    const { places, metadata } = parseHeader(path, text);
    checkLayout(path, places, dataStart, fileBytes);
    const tensors = new Map<string, SafetensorsTensor>();
    for (const { name, dtype, shape, start, end } of places) {
      const data = readAt(file, path, dataStart + start, end - start);
      if (dtype === 'BOOL') checkBooleans(path, name, data);
      tensors.set(name, { dtype, shape, data });
    }
    return { tensors, metadata };
  } finally {
    closeSync(file);
  }
}

/** The texts in the header of a safetensors file; no tensor is read. @throws as {@link readSafetensors}, of its header */
export function readMetadata(path: string): Record<string, string> {
  const { file, bytes } = openRegularFile(path, { expected: 'a safetensors file', atMost: Number.POSITIVE_INFINITY });
  try {
    return parseHeader(path, readHeader(file, path, bytes).text).metadata;
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a safetensors file under a temporary name and renames it, so that the path never holds half a file. The bytes
 * depend on the tensors and the metadata alone, not on their order in the map.
 *
 * @param metadata default `{ format: 'pt' }`, which Python's tools look for
 * @throws where a tensor's data is not as long as its shape and dtype say, a BOOL is neither 0 nor 1, or its name is
 *   `__metadata__`, before anything is written; FullDiskError where the disk is full
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): void {
  const sorted = [...tensors].sort(([nameA, a], [nameB, b]) => {
    const order = layoutOrder.indexOf(a.dtype) - layoutOrder.indexOf(b.dtype);
    return order !== 0 ? order : nameA < nameB ? -1 : 1;
  });
  if (tensors.has(metadataName)) {
    throw new Error(`${path}: expected names of tensors, got '${metadataName}', which the format keeps for itself`);
  }
  for (const [name, tensor] of sorted) {
    checkSize(path, name, tensor, tensor.data.byteLength);
    if (tensor.dtype === 'BOOL') checkBooleans(path, name, tensor.data);
  }
  writeFileAtomically(path, [headerBytes(sorted, metadata), ...sorted.map(([, tensor]) => tensor.data)]);
}

function headerBytes(
  sorted: readonly (readonly [string, SafetensorsTensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Joined by hand: an object would move names that look like numbers to the front.
  const entries: string[] = [];
  const metadataNames = Object.keys(metadata).sort();
  if (metadataNames.length > 0) {
    const words = metadataNames.map((name) => `${JSON.stringify(name)}:${JSON.stringify(metadata[name])}`);
    entries.push(`"${metadataName}":{${words.join(',')}}`);
  }
  let start = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const end = start + data.byteLength;
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`);
    start = end;
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const bytes = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(json, 8);
  return bytes;
}

/** Where the header says a tensor lies: bytes `start` to `end` of the part after the header. */
interface TensorPlace {
  name: string;
  dtype: SafetensorsDType;
  shape: number[];
  start: number;
  end: number;
}

function readHeader(file: number, path: string, fileBytes: number): { text: string; dataStart: number } {
  if (fileBytes < 8) throw cutOff(path, 'at least 8 bytes', fileBytes);
  const length = new DataView(readAt(file, path, 0, 8).buffer).getBigUint64(0, true);
  if (length < 2n || length > BigInt(largestHeader)) {
    throw new Error(`${path}: expected a header of 2 to ${largestHeader} bytes, got ${length}; not a safetensors file`);
  }
  const dataStart = 8 + Number(length);
  if (fileBytes < dataStart) throw cutOff(path, `a header that ends at byte ${dataStart}`, fileBytes);
  const bytes = readAt(file, path, 8, Number(length));
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), dataStart };
  } catch {
    throw new Error(`${path}: expected a header in UTF-8, got other bytes; not a safetensors file`);
  }
}

/** What there is for this process, which may be less than the machine has. */
function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

function parseHeader(path: string, text: string): { places: TensorPlace[]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = parseStrictJson(text, deepestHeader);
  } catch (error) {
    const { message } = error as Error;
    const problem = error instanceof SyntaxError ? `expected a header in JSON, got: ${message}` : `header: ${message}`;
    throw new Error(`${path}: ${problem}`);
  }
  if (!isRecord(header)) throw new Error(`${path}: expected the header to be a JSON object, got ${text.slice(0, 40)}`);
  // As in the reference implementation: what reads on after a space may find another header.
  if (!text.startsWith('{')) throw new Error(`${path}: expected the header to begin with {, got white space`);
  const { [metadataName]: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw new Error(`${path}: expected ${metadataName} to hold texts only, got ${shown(metadata)}`);
  }
  const places = Object.entries(entries).map(([name, entry]) => parsePlace(path, name, entry));
  places.sort((a, b) => a.start - b.start || a.end - b.end);
  return { places, metadata: metadata as Record<string, string> };
}

function parsePlace(path: string, name: string, entry: unknown): TensorPlace {
  const { dtype, shape, data_offsets: offsets, ...rest } = isRecord(entry) ? entry : {};
  const [start, end, ...more] = isCounts(offsets) ? offsets : [];
  const known = typeof dtype === 'string' && layoutOrder.includes(dtype);
  if (
    !known ||
    !isCounts(shape) ||
    start === undefined ||
    end === undefined ||
    more.length + Object.keys(rest).length
  ) {
    throw new Error(
      `${path}: tensor '${name}': expected { dtype, shape, data_offsets: [start, end] } with dtype one of ` +
        `${layoutOrder.join(', ')}, got ${shown(entry)}`,
    );
  }
  return { name, dtype: dtype as SafetensorsDType, shape, start, end };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

/** Tensors must follow each other without gaps or overlaps, each as long as its shape, up to the file's last byte. */
function checkLayout(path: string, places: readonly TensorPlace[], dataStart: number, fileBytes: number): void {
  let at = 0;
  for (const place of places) {
    if (place.start !== at || place.end < place.start) {
      throw new Error(
        `${path}: tensor '${place.name}': expected its data to start at ${at}, where the one before it ends, ` +
          `got [${place.start}, ${place.end}]`,
      );
    }
    checkSize(path, place.name, place, place.end - place.start);
    at = place.end;
  }
  if (fileBytes < dataStart + at) throw cutOff(path, `${dataStart + at} bytes`, fileBytes);
  if (fileBytes > dataStart + at) {
    throw new Error(`${path}: expected ${dataStart + at} bytes, got ${fileBytes}; there is more than the header says`);
  }
}

function checkSize(
  path: string,
  name: string,
  tensor: Pick<TensorPlace, 'dtype'> & { shape: readonly number[] },
  bytes: number,
) {
  const width = bytesPerElement[tensor.dtype];
  // Without sides of 0: LibTorch counts the steps between neighbors, which overflow also where there is no element.
  const steps = tensor.shape.reduce((size, side) => size * (side || 1), width);
  if (steps > Number.MAX_SAFE_INTEGER) {
    throw new Error(
      `${path}: tensor '${name}': expected a shape of at most 2^53 - 1 bytes, got ${tensor.dtype} [${tensor.shape.join(', ')}]`,
    );
  }
  const expected = tensor.shape.reduce((size, side) => size * side, width);
  if (bytes !== expected) {
    throw new Error(
      `${path}: tensor '${name}': expected ${expected} bytes for ${tensor.dtype} [${tensor.shape.join(', ')}], got ${bytes}`,
    );
  }
}

function checkBooleans(path: string, name: string, data: Uint8Array): void {
  const wrong = data.find((byte) => byte > 1);
  if (wrong === undefined) return;
  throw new Error(`${path}: tensor '${name}': expected BOOL elements of 0 or 1, got a byte of ${wrong}`);
}

function cutOff(path: string, expected: string, bytes: number): Error {
  return new Error(
    `${path}: expected ${expected}, got ${bytes}; the file is cut off: use another copy or an earlier checkpoint`,
  );
}

function readAt(file: number, path: string, position: number, length: number): Uint8Array {
  const bytes = allocate(path, length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, Math.min(length - at, 2 ** 30), position + at);
    if (count === 0) throw cutOff(path, `${position + length} bytes`, position + at);
    at += count;
  }
  return bytes;
}

function allocate(path: string, length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (error) {
    const wayOut = 'free some memory, or split the tensor in the program that wrote it';
    throw new Error(`${path}: expected memory for ${length} bytes, got none; ${wayOut}`, { cause: error });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
