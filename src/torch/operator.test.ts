import { describe, expect, it } from 'vitest';
import {
  add,
  callOperator,
  cat,
  conv2d,
  DisposedTensorError,
  empty,
  full,
  matmul,
  mm,
  OutOfMemoryError,
  ShapeError,
  sum,
  type Tensor,
  TorchError,
  tensor,
  where,
  zeros,
} from './index.ts';

const values = (made: Tensor) => Array.from(made.data(), Number);
const problem = (body: () => unknown): Error => {
  try {
    body();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error, got none');
};

describe('operators', () => {
  it('choose among overloads by what stands in each place', () => {
    const x = tensor([[1, 2], [3, 4]]); // biome-ignore format: a matrix
    expect(values(x.add(10))).toEqual([11, 12, 13, 14]);
    expect(values(x.add(x))).toEqual([2, 4, 6, 8]);
    expect(sum(x).item()).toBe(10);
    expect(values(x.sum(0))).toEqual([4, 6]);
    expect(values(x.sum([1]))).toEqual([3, 7]);
    expect(x.max().item()).toBe(4);
    expect(x.max(1).map(values)).toEqual([[2, 4], [1, 1]]); // biome-ignore format: a matrix
    const choice = tensor([true, false], { dtype: 'bool' });
    expect(values(where(choice, 1, tensor([5, 6])))).toEqual([1, 6]);
    expect(values(where(choice, tensor([5, 6]), 2))).toEqual([5, 2]);
    expect(values(where(choice, 1, 2))).toEqual([1, 2]);
  });

  it('take options by name, in any order, and the schema gives what is left out', () => {
    const x = tensor([[1, 2], [3, 4]]); // biome-ignore format: a matrix
    expect(values(add(x, x, { alpha: -1 }))).toEqual([0, 0, 0, 0]);
    expect(x.sum(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(x.sum(1, { dtype: 'float64', keepdim: true }).dtype).toBe('float64');
    expect(values(x.clamp({ max: 3 }))).toEqual([1, 2, 3, 3]);
    expect(values(x.clamp({ min: 2, max: null }))).toEqual([2, 2, 3, 4]);
    expect(values(x.add(1, {}))).toEqual([2, 3, 4, 5]);
  });

  it('keep integers whole: a number without a fraction never turns them into floats', () => {
    expect(tensor(Int32Array.of(1)).add(2).dtype).toBe('int32');
    expect(tensor(Int32Array.of(1)).add(2.5).dtype).toBe('float32');
    expect(values(tensor([0]).add(-0))).toEqual([0]);
    expect(tensor([-1]).mul(0).data()[0]).toBe(-0);
  });

  it('return the same object where they work in place', () => {
    const x = tensor([1]);
    expect(x.add_(1).mul_(3)).toBe(x);
    expect(x.item()).toBe(6);
  });

  it('carry their camelCase name', () => {
    expect(conv2d.name).toBe('conv2d');
    expect(x.logSoftmax).toBeTypeOf('function');
  });
  const x = tensor([1]);
});

describe('an error', () => {
  it('names the operator, what LibTorch said, and shapes, dtypes and devices; and holds no C++ backtrace', () => {
    const error = problem(() => conv2d(zeros([8, 3, 32, 32]), zeros([4, 5, 3, 3], { dtype: 'float64' })));
    expect(error).toBeInstanceOf(TorchError);
    expect(error.message).toMatch(/^conv2d: /);
    expect(error.message).toContain('input: float32[8, 3, 32, 32] cpu, weight: float64[4, 5, 3, 3] cpu');
    expect(error.message).not.toContain('Exception raised from');
    expect(error.message).not.toContain('frame #');
  });

  it('of backward, of views and of matrices is free of backtraces too', () => {
    const leaf = tensor([1, 2], { requiresGrad: true });
    for (const body of [
      () => leaf.mul(2).backward(),
      () => matmul(zeros([2, 3]), zeros([2, 3])),
      () => zeros([2, 3]).view([4]),
      () => leaf.add_(1),
      () => zeros([2]).select(0, 5),
      () => cat([zeros([2, 3]), zeros([3, 2])]),
    ]) {
      const error = problem(body);
      expect(error).toBeInstanceOf(TorchError);
      expect(error.message).not.toContain('Exception raised from');
      expect(error.message.length).toBeGreaterThan(20);
    }
  });

  it('about an option names the ones there are', () => {
    const options = { alhpa: 1 } as unknown as { alpha: number };
    expect(() => add(tensor([1]), tensor([1]), options)).toThrow('add: unknown option "alhpa"; there are: alpha');
  });

  it('about arguments lists every form of the operator', () => {
    const error = problem(() => (add as unknown as (...args: unknown[]) => void)(tensor([1]), 'two'));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('add: no form of it takes (Tensor(float32[1] cpu), "two")');
    expect(error.message).toContain('aten::add.Tensor(');
    expect(error.message).toContain('aten::add.Scalar(');
  });

  it.each<[string, unknown[], string]>([
    ['a missing argument', [tensor([[1]])], 'mm: mat2: is missing'],
    ['null for a tensor', [tensor([[1]]), null], 'mm: mat2: expected Tensor, got null'],
    ['text for a tensor', [tensor([[1]]), 'x'], 'mm: mat2: expected a tensor, got the string "x"'],
    ['a fraction for a tensor', [tensor([[1]]), 1.5], 'mm: mat2: expected a tensor, got the number 1.5'],
    ['one argument too many', [tensor([[1]]), tensor([[1]]), 3], 'mm: takes 2 arguments'],
  ])('about %s names the operator and the parameter', (_, args, message) => {
    expect(() => callOperator('aten::mm', ...args)).toThrow(TypeError);
    expect(() => callOperator('aten::mm', ...args)).toThrow(message);
  });

  it('about a freed tensor names the operator it was given to and the one that made it, also in a list', () => {
    const freed = tensor([1]).add(1);
    freed.dispose();
    for (const body of [() => freed.mul(2), () => cat([tensor([1]), freed]), () => tensor([1]).add(freed)]) {
      const error = problem(body);
      expect(error).toBeInstanceOf(DisposedTensorError);
      expect(error.message).toMatch(/^(mul|cat|add): a tensor was used after it was freed. It was made by add\./);
    }
    expect(() => freed.shape).toThrow(DisposedTensorError);
    expect(() => freed.item()).toThrow('It was made by add.');
  });

  it('about memory is an OutOfMemoryError with its own code, which says how much was wanted and of whom', () => {
    for (const [body, message] of [
      [() => empty([2 ** 50]), /^empty\.memory_format: out of memory: cannot allocate 4503599627370496 bytes/],
      [() => full([2 ** 50], 1), /^clone: out of memory: .* \(self: float32\[1125899906842624\] cpu\)$/],
    ] as const) {
      const error = problem(body);
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect(error).toMatchObject({ code: 'ERR_PATCHWORK_MEMORY', name: 'OutOfMemoryError' });
      expect(error.message).toMatch(message);
    }
  });

  it('says in a code what went wrong', () => {
    const freed = tensor([1]);
    freed.dispose();
    const codes = [() => mm(tensor([1]), tensor([1])), () => tensor([1, 2]).item(), () => freed.item()].map(problem);
    expect(codes).toMatchObject([
      { code: 'ERR_PATCHWORK_TORCH' },
      { code: 'ERR_PATCHWORK_SHAPE' },
      { code: 'ERR_PATCHWORK_DISPOSED' },
    ]);
    expect(problem(() => callOperator('aten::no_such_thing'))).toMatchObject({ code: 'ERR_PATCHWORK_TORCH' });
  });

  it('is a ShapeError where the binding itself saw the shape', () => {
    expect(() => tensor([1, 2]).item()).toThrow(ShapeError);
  });
});

describe('callOperator', () => {
  it('reaches operators that have no typed function', () => {
    expect(callOperator<Tensor>('aten::erfinv', tensor([0])).item()).toBe(0);
    const [value, index] = callOperator<[Tensor, Tensor]>('aten::kthvalue', tensor([[3, 1, 2]]), 2, { dim: 1 });
    expect([value.item(), index.item()]).toEqual([2, 2]);
    expect(callOperator<Tensor>('add.Scalar', tensor([1]), 2).item()).toBe(3);
  });

  it('names an operator that does not exist, and the overloads of one that does', () => {
    expect(() => callOperator('aten::no_such_thing')).toThrow(/has no operator aten::no_such_thing/);
    expect(() => callOperator('aten::add.Nothing')).toThrow(/its overloads are .*aten::add\.Tensor/);
    expect(() => callOperator('aten::add.Nothing')).toThrow(TorchError);
  });
});

describe('names', () => {
  const x = zeros([2, 2]);

  it.each<[string, unknown, string]>([
    ['dtype', 65535, 'dtype: expected a string, got the number 65535'],
    ['dtype', 6, 'dtype: expected a string, got the number 6'],
    ['dtype', 'channels_last', 'dtype: unknown dtype "channels_last"'],
    ['memoryFormat', 'float32', 'memory_format: unknown memory format "float32"'],
    ['memoryFormat', 2, 'memory_format: expected a string, got the number 2'],
    ['layout', 'sparse', 'layout: expected the layout strided, got "sparse"'],
  ])('of a %s are not those of something else, nor numbers: %s', (option, value, sentence) => {
    expect(() => callOperator('aten::ones_like', x, { [option]: value })).toThrow(sentence);
    expect(callOperator<Tensor>('aten::ones_like', x, { dtype: 'int64', layout: 'strided' }).dtype).toBe('int64');
  });
});
