import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DType, loadTensors, saveTensors, scope, type Tensor, tensor, zeros } from './index.ts';
import { readSafetensors } from './safetensors.ts';

let path: string;
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), 'patchwork-tensors-')), 'x.safetensors');
});
afterAll(() => {
  rmSync(join(path, '..'), { recursive: true });
});

const types: DType[] = [
  ...(['float32', 'float64', 'float16', 'bfloat16'] as const),
  ...(['int64', 'int32', 'int16', 'int8', 'uint8', 'bool'] as const),
];

describe('a file of tensors', () => {
  it('gives back every type and shape, in whatever order they lay in memory', () => {
    scope(() => {
      const given = new Map<string, Tensor>(types.map((dtype) => [dtype, tensor([[0, 1], [1, 0], [1, 1]], { dtype }).t()])); // biome-ignore format: a matrix
      given.set('scalar', tensor(5)).set('empty', zeros([2, 0]));
      saveTensors(path, given, { epoch: '3' });
      const read = loadTensors(path);
      expect([...read.keys()].sort()).toEqual([...given.keys()].sort());
      for (const [name, made] of read) {
        expect(`${name} ${made}`).toBe(`${name} ${given.get(name)}`);
        expect(made.data()).toEqual(given.get(name)!.data());
      }
    });
    expect(readSafetensors(path).metadata).toEqual({ epoch: '3', format: 'pt' });
  });

  it('of a type that tensors do not have is refused by name', () => {
    saveTensors(path, new Map());
    expect(loadTensors(path).size).toBe(0);
    expect(() => saveTensors(path, new Map([['__metadata__', tensor(1)]]))).toThrow('keeps for itself');
  });
});
