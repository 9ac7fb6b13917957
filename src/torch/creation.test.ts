import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  clearGradients,
  type DType,
  full,
  grad,
  memory,
  own,
  ShapeError,
  saveTensors,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from './index.ts';

const values = (made: Tensor) => Array.from(made.data(), Number);

describe('tensor', () => {
  it.each<[DType, string, (number | bigint)[]]>([
    ['float32', 'Float32Array', [0, -1.5, Math.fround(0.1), 3.4028234663852886e38]],
    ['float64', 'Float64Array', [0, -1.5, 0.1, Number.MAX_VALUE]],
    ['int64', 'BigInt64Array', [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]],
    ['int32', 'Int32Array', [0, -1, 2 ** 31 - 1, -(2 ** 31)]],
    ['int16', 'Int16Array', [0, -1, 32767, -32768]],
    ['int8', 'Int8Array', [0, -1, 127, -128]],
    ['uint8', 'Uint8Array', [0, 1, 128, 255]],
  ])('gives back the extreme values of %s as a %s', (dtype, name, elements) => {
    const ArrayType = (globalThis as unknown as Record<string, { from(values: unknown): Float32Array }>)[name]!;
    const made = tensor(ArrayType.from(elements));
    expect(made.dtype).toBe(dtype);
    expect(made.shape).toEqual([4]);
    expect(made.data().constructor.name).toBe(name);
    expect(Array.from<number | bigint>(made.data())).toEqual(elements);
  });

  it('makes a bool of 0 and 1 from any bytes', () => {
    const made = tensor(new Uint8Array([0, 1, 2, 255]), { dtype: 'bool' });
    expect(made.dtype).toBe('bool');
    expect(values(made)).toEqual([0, 1, 1, 1]);
    expect(made.sum().item()).toBe(3);
  });

  it.each<[DType, number[], number[]]>([
    ['float16', [0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00], [1, -2, 65504, 2 ** -24, 0.333251953125, Infinity]],
    [
      'bfloat16',
      [0x3f80, 0xc000, 0x7f7f, 0x0001, 0x3eab, 0x7f80],
      [1, -2, 2 ** 120 * 255, 2 ** -133, 0.333984375, Infinity],
    ],
  ])('reads the bits of %s from a Uint16Array and gives exact values and the same bits', (dtype, bits, expected) => {
    const made = tensor(Uint16Array.from(bits), { dtype, shape: [2, 3] });
    expect(made.dtype).toBe(dtype);
    expect(values(made)).toEqual(expected);
    const bytes = made.bytes();
    expect(Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, 6))).toEqual(bits);
  });

  it('rounds every float32 to bfloat16 as its nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 120), max: 2 ** 120 }), (value) => {
        const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
        const rounded = ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) << 16;
        const expected = new Float32Array(Int32Array.of(rounded).buffer)[0]!;
        using made = tensor([value], { dtype: 'bfloat16' });
        expect(made.data()[0]! === expected).toBe(true);
      }),
    );
  });

  it('takes nested arrays, numbers and booleans, and reads the shape off the nesting', () => {
    expect(tensor([[1, 2, 3], [4, 5, 6]]).shape).toEqual([2, 3]); // biome-ignore format: a matrix
    expect(tensor(7).shape).toEqual([]);
    expect(tensor(7).item()).toBe(7);
    expect(values(tensor([true, false], { dtype: 'bool' }))).toEqual([1, 0]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  it.each([
    ['ragged rows', () => tensor([[1, 2], [3]]), 'rows of unequal length: expected 2, got 1'],
    ['a number among rows', () => tensor([[1], 2]), 'rows of unequal length'],
    ['a row among numbers', () => tensor([1, [2]]), 'rows of unequal length'],
    ['a shape that holds too many', () => tensor([1, 2, 3], { shape: [2, 2] }), 'shape [2, 2] holds 4 elements, got 3'],
    ['a negative side', () => tensor([1], { shape: [-1] }), 'holds -1 elements, got 1'],
    ['two negative sides', () => tensor([1], { shape: [-1, -1] }), 'expected a shape of sides from 0 on, got [-1, -1]'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });

  it('refuses a Uint16Array without a half-precision dtype, saying which there are', () => {
    expect(() => tensor(new Uint16Array(1))).toThrow('needs a dtype: { dtype: "float16" } or { dtype: "bfloat16" }');
    expect(() => tensor(new Uint16Array(1), { dtype: 'float32' })).toThrow(TypeError);
  });

  it.each([
    [['a', 'b'], 'expected numbers, arrays of them or a typed array, got the string a'],
    [null, 'got null'],
    [[[1], [undefined]], 'got undefined'],
    [[1n], 'got the bigint 1'],
    [new ArrayBuffer(8), 'got ArrayBuffer'],
    [new Uint32Array(2), 'expected a typed array of a type that tensors have, got Uint32Array'],
    [new DataView(new ArrayBuffer(8)), 'got DataView'],
  ])('takes %s for no numbers', (data, message) => {
    const make = () => tensor(data as unknown as number[]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it('is made where it is asked for, and leaves nothing behind where that cannot be', () => {
    expect(tensor([1, 2], { device: 'meta' }).device).toBe('meta');
    expect([full([2], 1, { device: 'meta' }).device, zeros([2], { device: 'meta' }).device]).toEqual(['meta', 'meta']);
    const before = memory().tensors;
    expect(() => tensor([1], { device: 'nowhere' })).toThrow(TorchError);
    expect(() => tensor([1], { device: 'nowhere' })).toThrow(/^tensor: .*nowhere/);
    expect(memory().tensors).toBe(before);
  });

  it('copies: later changes of the array change nothing', () => {
    const data = Float32Array.of(1, 2);
    const made = tensor(data);
    data[0] = 9;
    expect(values(made)).toEqual([1, 2]);
  });

  it('reads only the window of a typed array that is a view of a larger buffer', () => {
    expect(values(tensor(Float32Array.of(1, 2, 3, 4).subarray(1, 3)))).toEqual([2, 3]);
  });
});

describe('full', () => {
  it('fills any dtype and leaves no other tensor behind', () => {
    const before = memory().tensors;
    const made = full([2, 2], 3, { dtype: 'int64' });
    expect(memory().tensors).toBe(before + 1);
    expect(made.data()).toEqual(new BigInt64Array(4).fill(3n));
    expect(made.strides).toEqual([2, 1]);
    made.dispose();
  });

  it('records gradients when asked', () => {
    const made = full([2], 3, { requiresGrad: true });
    made.square().sum().backward();
    expect(values(made.grad!)).toEqual([6, 6]);
  });
});

describe('views', () => {
  it('share memory with what they were taken from; copies do not', () => {
    scope(() => {
      const whole = arange(6, { dtype: 'float32' }).reshape([2, 3]);
      const copy = whole.clone();
      whole.select(0, 1).fill_(9);
      whole.t().select(0, 0).mul_(2).add_(1);
      expect(values(whole)).toEqual([1, 1, 2, 19, 9, 9]);
      expect(values(copy)).toEqual([0, 1, 2, 3, 4, 5]);
    });
  });

  it('live on after the tensor they were taken from is freed', () => {
    const whole = tensor([1, 2, 3, 4]);
    const part = whole.narrow(0, 1, 2);
    whole.dispose();
    expect(values(part)).toEqual([2, 3]);
    part.dispose();
  });

  it('come out in row-major order whatever their strides', () => {
    const transposed = tensor([[1, 2, 3], [4, 5, 6]]).t(); // biome-ignore format: a matrix
    expect(transposed.shape).toEqual([3, 2]);
    expect(transposed.strides).toEqual([1, 3]);
    expect(values(transposed)).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

describe('memory formats', () => {
  it('change strides and not values', () => {
    const map = arange(2 * 3 * 4 * 5, { dtype: 'float32' }).reshape([2, 3, 4, 5]);
    const last = map.to({ memoryFormat: 'channels_last' });
    expect([map.memoryFormat, last.memoryFormat]).toEqual(['contiguous_format', 'channels_last']);
    expect(map.strides).toEqual([60, 20, 5, 1]);
    expect(last.strides).toEqual([60, 1, 15, 3]);
    expect(values(last)).toEqual(values(map));
    expect(zeros([2, 3, 4, 5, 6]).to({ memoryFormat: 'channels_last_3d' }).memoryFormat).toBe('channels_last_3d');
  });
});

describe('Tensor', () => {
  it('describes itself by type, shape and device, and never prints its elements', () => {
    expect(`${tensor([[1, 2]])}`).toBe('Tensor(float32[1, 2] cpu)');
    const freed = tensor([1]);
    freed.dispose();
    expect(`${freed}`).toBe('Tensor(freed, made by tensor)');
  });

  it('has one item or says what it is', () => {
    expect(tensor([[5]], { dtype: 'bfloat16' }).item()).toBe(5);
    expect(() => tensor([1, 2]).item()).toThrow('item: expected a tensor with one element, got float32[2] cpu');
  });

  it('converts between types as C does: truncating, and wrapping bytes', () => {
    expect(values(tensor([1.9, -1.9]).to({ dtype: 'int32' }))).toEqual([1, -1]);
    expect(values(tensor(Int32Array.of(257, 511)).to({ dtype: 'uint8' }))).toEqual([1, 255]);
  });

  it('counts its elements, none in an empty one', () => {
    expect([tensor(1).size, zeros([2, 3]).size, zeros([2, 0]).size]).toEqual([1, 6, 0]);
    expect(zeros([2, 0]).data().length).toBe(0);
    own(zeros([0])).dispose();
  });
});

describe('what is no tensor', () => {
  const wrong =
    (data: unknown, options: object = {}) =>
    () =>
      tensor(data as number, options);

  it('is refused by tensor(), with what came', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = [deep];
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const data of [deep, cyclic]) expect(wrong(data)).toThrow('tensor: expected arrays nested at most 64 deep');
    expect(wrong(['a'])).toThrow('tensor: expected numbers, arrays of them or a typed array, got the string a');
    expect(wrong(null)).toThrow('tensor: expected numbers, arrays of them or a typed array, got null');
    expect(wrong(new Array(1))).toThrow('got undefined');
    expect(wrong([], { shape: [2 ** 40, 2 ** 40, 0] })).toThrow('tensor: expected a shape of at most 2^53 - 1 bytes');
    expect(wrong([], { shape: [0, 2 ** 40, 2 ** 40] })).toThrow('tensor: expected a shape of at most 2^53 - 1 bytes');
    expect(wrong([1], { shape: 5 })).toThrow('tensor: expected a shape of sides from 0 on, got 5');
  });

  it('is no number of an integer type either: NaN, infinite, or beyond its range', () => {
    expect(wrong([0, Number.NaN], { dtype: 'int64' })).toThrow('tensor: expected numbers that int64 has, got NaN');
    expect(wrong(Number.POSITIVE_INFINITY, { dtype: 'int32' })).toThrow('numbers that int32 has, got Infinity');
    expect(wrong(2 ** 63, { dtype: 'int64' })).toThrow('numbers that int64 has, got 9223372036854776000');
    expect(wrong([300], { dtype: 'uint8' })).toThrow('numbers that uint8 has, got 300');
    expect(wrong([-1], { dtype: 'uint8' })).toThrow('numbers that uint8 has, got -1');
    expect([...tensor([2 ** 63 - 1024, -(2 ** 63)], { dtype: 'int64' }).data()]).toEqual([
      2n ** 63n - 1024n,
      -(2n ** 63n),
    ]);
    expect([...tensor([Number.NaN, 300]).data()]).toEqual([Number.NaN, 300]);
  });

  it('is refused by what takes tensors', () => {
    const none = null as unknown as Tensor;
    const x = tensor([1, 2], { requiresGrad: true });
    expect(() => own(none)).toThrow('own: expected a tensor, got null');
    expect(() => grad([none], [x])).toThrow('grad: expected a tensor, got null');
    expect(() => grad(x as unknown as Tensor[], [x])).toThrow('grad: expected lists of tensors, got ');
    expect(() => clearGradients([{} as Tensor])).toThrow('clearGradients: expected a tensor, got {}');
    expect(() => x.sum().backward({ gradient: 5 as unknown as Tensor })).toThrow('backward: expected a tensor, got 5');
    expect(() => scope(none as never)).toThrow('scope: expected a function, got null');
    expect(() => saveTensors('x.safetensors', { x } as never)).toThrow(
      'x.safetensors: expected a Map of tensors by name',
    );
    expect(() => saveTensors('x.safetensors', new Map([['w', none]]))).toThrow(
      "saveTensors: 'w': expected a tensor, got null",
    );
    for (const value of [undefined, 5, {}]) {
      expect(() => {
        x.grad = value as unknown as Tensor;
      }).toThrow('grad: expected a tensor, got ');
    }
    expect(() => {
      x.grad = tensor([1, 2, 3]);
    }).toThrow('expected float32[2] cpu, got float32[3] cpu');
    expect(x.grad).toBeNull();
  });
});
