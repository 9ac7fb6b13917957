import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FullDiskError } from '../files/index.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from './safetensors.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-safetensors-'));
  path = join(folder, 'x.safetensors');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function float32(...values: number[]): SafetensorsTensor {
  return { dtype: 'F32', shape: [values.length], data: new Uint8Array(new Float32Array(values).buffer) };
}

/** A file with this header and this many data bytes, laid out by hand. */
function writeByHand(header: string, dataBytes: number): void {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]));
}

const entry = (dtype: string, shape: number[], start: number, end: number) =>
  JSON.stringify({ dtype, shape, data_offsets: [start, end] });

describe('safetensors', () => {
  it('writes the bytes that the format asks for', () => {
    writeSafetensors(
      path,
      new Map([
        ['b', float32(1)],
        ['a', { dtype: 'U8', shape: [], data: Uint8Array.of(7) }],
      ]),
    );
    // By hand: F32 before U8 although its name comes later, since wider elements go first; 143 bytes padded to 144.
    const header =
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
      '"a":{"dtype":"U8","shape":[],"data_offsets":[4,5]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
    const expected = Buffer.concat([
      Buffer.from([padded.length, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(padded),
      Buffer.from([0, 0, 0x80, 0x3f, 7]),
    ]);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  it('reads back whatever it wrote', () => {
    const tensor = fc
      .record({
        dtype: fc.constantFrom('F64', 'F32', 'BF16', 'I64', 'BOOL'),
        shape: fc.array(fc.nat(3), { maxLength: 3 }),
      })
      .chain(({ dtype, shape }) => {
        const width = { F64: 8, F32: 4, BF16: 2, I64: 8, BOOL: 1 }[dtype]!;
        const length = shape.reduce((size, side) => size * side, width);
        return fc.record({
          dtype: fc.constant(dtype as SafetensorsTensor['dtype']),
          shape: fc.constant(shape),
          data: fc.uint8Array({ minLength: length, maxLength: length, ...(dtype === 'BOOL' && { max: 1 }) }),
        });
      });
    const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__');
    const files = fc.array(fc.tuple(names, tensor), { maxLength: 5 });
    fc.assert(
      fc.property(files, fc.dictionary(names, fc.string()), (entries, metadata) => {
        const tensors = new Map(entries);
        writeSafetensors(path, tensors, metadata);
        const read = readSafetensors(path);
        expect(read.tensors).toEqual(tensors);
        expect({ ...read.metadata }).toEqual({ ...metadata });
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same bytes for the same tensors in another order', () => {
    writeSafetensors(
      path,
      new Map([
        ['1', float32(1)],
        ['0', float32(2)],
      ]),
      { b: '1', a: '2' },
    );
    const first = readFileSync(path);
    writeSafetensors(
      path,
      new Map([
        ['0', float32(2)],
        ['1', float32(1)],
      ]),
      { a: '2', b: '1' },
    );
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('finds a file cut off at any byte, and one with a byte too many', () => {
    writeSafetensors(path, new Map([['weight', float32(1, 2, 3)]]));
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readSafetensors(path)).toThrow(/x\.safetensors: expected .* bytes?.*, got \d+; the file is cut off/);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(1)]));
    expect(() => readSafetensors(path)).toThrow(`expected ${whole.length} bytes, got ${whole.length + 1}`);
  });

  it.each([
    ['a gap', `{"a":${entry('U8', [1], 0, 1)},"b":${entry('U8', [1], 2, 3)}}`, /'b': expected its data to start at 1/],
    [
      'an overlap',
      `{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 1, 3)}}`,
      /'b': expected its data to start at 2/,
    ],
    ['a size unlike the shape', `{"a":${entry('F32', [2], 0, 4)}}`, /'a': expected 8 bytes for F32 \[2\], got 4/],
    ['an unknown dtype', `{"a":${entry('F31', [1], 0, 4)}}`, /'a': expected .* got .*F31/],
    ['a negative side', `{"a":${entry('U8', [-1], 0, 1)}}`, /'a': expected/],
    ['metadata that is no text', '{"__metadata__":{"epoch":3}}', /__metadata__ to hold texts only, got \{"epoch":3\}/],
    ['a list', '[1]', /header to be a JSON object/],
    ['no JSON', '{"a":', /header in JSON/],
    [
      'a name twice',
      `{"a":${entry('U8', [4], 0, 4)},"\\u0061":${entry('I8', [4], 0, 4)}}`,
      /each key once, got 'a' twice/,
    ],
    ['a dtype twice', `{"a":{"dtype":"I8",${entry('U8', [4], 0, 4).slice(1)}}`, /each key once, got 'dtype' twice/],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{"a":"b"}}', /each key once, got '__metadata__' twice/],
    ['a space before it', ` {"a":${entry('U8', [4], 0, 4)}}`, /expected the header to begin with \{, got white space/],
    [
      '20,000 levels',
      `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      /expected JSON of at most 3 levels, got more/,
    ],
    ['20,000 levels without an end', '[{"a":'.repeat(20_000), /expected JSON of at most 3 levels, got more/],
    [
      'sides beyond all memory',
      `{"a":${entry('F32', [2 ** 40, 2 ** 40, 0], 0, 0)}}`,
      /'a': expected a shape of at most 2/,
    ],
    ['the 0 first', `{"a":${entry('U8', [0, 2 ** 40, 2 ** 40], 0, 0)}}`, /'a': expected a shape of at most 2\^53 - 1/],
    ['a side that is no safe number', `{"a":${entry('U8', [2 ** 60], 0, 4)}}`, /'a': expected \{ dtype, shape/],
    [
      'a side written as a fraction',
      '{"a":{"dtype":"U8","shape":[0.5],"data_offsets":[0,4]}}',
      /'a': expected \{ dtype/,
    ],
    [
      'offsets beyond the file',
      `{"a":${entry('U8', [2 ** 40], 0, 2 ** 40)}}`,
      /expected 1099511627\d+ bytes, got \d+; the file is/,
    ],
    ['offsets that go back', `{"a":${entry('U8', [0], 4, 0)}}`, /'a': expected its data to start at 0/],
    ['a third offset', '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}', /'a': expected \{ dtype, shape/],
    [
      'a field that there is not',
      '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1}}',
      /'a': expected \{ dtype/,
    ],
    ['metadata that is null', '{"__metadata__":null}', /__metadata__ to hold texts only, got null/],
  ])('refuses a header with %s', (_, header, message) => {
    writeByHand(header, 4);
    expect(() => readSafetensors(path)).toThrow(message);
  });

  it('refuses BOOL elements other than 0 and 1, read or written', () => {
    writeByHand(`{"mask":${entry('BOOL', [4], 0, 4)}}`, 4);
    expect([...readSafetensors(path).tensors.get('mask')!.data]).toEqual([0, 0, 0, 0]);
    const bytes = readFileSync(path);
    bytes[bytes.length - 2] = 2;
    writeFileSync(path, bytes);
    expect(() => readSafetensors(path)).toThrow(
      "x.safetensors: tensor 'mask': expected BOOL elements of 0 or 1, got a byte of 2",
    );
    const mask: SafetensorsTensor = { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 255) };
    expect(() => writeSafetensors(path, new Map([['mask', mask]]))).toThrow(
      "'mask': expected BOOL elements of 0 or 1, got a byte of 255",
    );
  });

  it('takes any name for a tensor, and other names with the same meaning in objects', () => {
    const names = ['__proto__', 'constructor', '1', '', 'a"b\\', '\u0000', 'ü'];
    const tensors = new Map(names.map((name, i) => [name, float32(i)]));
    writeSafetensors(path, tensors, { ['__proto__']: 'text' });
    const read = readSafetensors(path);
    expect(read.tensors).toEqual(tensors);
    expect(Object.entries(read.metadata)).toEqual([['__proto__', 'text']]);
  });

  it('refuses a header that is not UTF-8', () => {
    writeByHand('{"a":1}', 0);
    const bytes = readFileSync(path);
    bytes[10] = 0xff;
    writeFileSync(path, bytes);
    expect(() => readSafetensors(path)).toThrow('x.safetensors: expected a header in UTF-8');
  });

  it('refuses folders, pipes and devices at once, and a file larger than the memory before it is read', () => {
    expect(() => readSafetensors(folder)).toThrow(`${folder}: expected a safetensors file, got a folder`);
    expect(() => readSafetensors(join(folder, 'none'))).toThrow('got no such file or folder (ENOENT)');
    if (existsSync('/dev/zero'))
      expect(() => readSafetensors('/dev/zero')).toThrow('/dev/zero: expected a safetensors file, got a device');
    const sparse = join(folder, 'sparse');
    writeFileSync(sparse, '');
    truncateSync(sparse, 2 ** 43);
    expect(() => readSafetensors(sparse)).toThrow(
      /sparse: expected a safetensors file of at most \d+ bytes, got 8796093022208/,
    );
  });

  it('refuses a header length that cannot be one', () => {
    writeFileSync(path, Buffer.alloc(64, 0xff));
    expect(() => readSafetensors(path)).toThrow(/expected a header of 2 to 100000000 bytes, got 18446744073709551615/);
  });

  it('refuses a tensor whose data is not as long as its shape, or with a reserved name, and leaves the old file', () => {
    writeSafetensors(path, new Map([['w', float32(1)]]));
    const before = readFileSync(path);
    const wrong = { ...float32(1), shape: [2] };
    expect(() => writeSafetensors(path, new Map([['w', wrong]]))).toThrow("'w': expected 8 bytes for F32 [2], got 4");
    expect(() => writeSafetensors(path, new Map([['__metadata__', float32(1)]]))).toThrow(
      "expected names of tensors, got '__metadata__', which the format keeps for itself",
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

/** Mounts 64 KiB of memory as a disk, which takes root; false where that is not allowed. */
function mountSmallDisk(at: string): boolean {
  try {
    mkdirSync(at, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('safetensors on a full disk', () => {
  const disk = mkdtempSync(join(tmpdir(), 'patchwork-disk-'));
  const mounted = mountSmallDisk(disk);
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it.skipIf(!mounted)(
    'keeps the old file, removes the half one and names the path (needs leave to mount a tmpfs)',
    () => {
      const full = join(disk, 'full.safetensors');
      writeSafetensors(full, new Map([['w', float32(1)]]));
      const before = readFileSync(full);
      const large = float32(...new Array<number>(40_000).fill(0));
      expect(() => writeSafetensors(full, new Map([['w', large]]))).toThrow(FullDiskError);
      expect(() => writeSafetensors(full, new Map([['w', large]]))).toThrow(
        /full\.safetensors: .*ENOSPC.*Nothing written earlier was lost/,
      );
      expect(readFileSync(full).equals(before)).toBe(true);
      expect(readdirSync(disk)).toEqual(['full.safetensors']);
      expect(existsSync(full)).toBe(true);
    },
  );
});
