import { describe, expect, it } from 'vitest';
import { addon } from './addon.ts';
import { camelCase, parseSchema } from './schema.ts';

describe('parseSchema', () => {
  it.each<[string, [string, string, boolean][], string[]]>([
    [
      'aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor',
      [
        ['self', 'Tensor', false],
        ['other', 'Tensor', false],
        ['alpha', 'Scalar', true],
      ],
      ['Tensor'],
    ],
    ['aten::a_(Tensor(a!) self) -> Tensor(a!)', [['self', 'Tensor', false]], ['Tensor']],
    ['aten::a.b(Tensor(a -> *) self, int[2] k=[1, 1]) -> Tensor(a)[]', [['self', 'Tensor', false], ['k', 'int[2]', true]], ['Tensor[]']], // biome-ignore format: one line a case
    ['aten::a(Tensor?[] indices, str mode="a, (b)=c") -> ()', [['indices', 'Tensor?[]', false], ['mode', 'str', true]], []], // biome-ignore format: one line a case
    ['aten::a(int[1]? dim=None, float eps=1.0000000000000001e-05) -> (Tensor values, Tensor indices)', [['dim', 'int[1]?', true], ['eps', 'float', true]], ['Tensor', 'Tensor']], // biome-ignore format: one line a case
    ['prim::a() -> int[]', [], ['int[]']],
    ['aten::a(Tensor self, *, Tensor(a!) out0, Tensor(b!) out1) -> (Tensor(a!), Tensor(b!))', [['self', 'Tensor', false], ['out0', 'Tensor', false], ['out1', 'Tensor', false]], ['Tensor', 'Tensor']], // biome-ignore format: one line a case
  ])('reads %s', (text, parameters, returns) => {
    const schema = parseSchema(text);
    expect(schema.parameters.map(({ name, type, hasDefault }) => [name, type, hasDefault])).toEqual(parameters);
    expect(schema.returns).toEqual(returns);
  });

  it.each(['', 'aten::add', 'aten::add(Tensor self)', 'aten::add(Tensor) -> Tensor'])('refuses "%s"', (text) => {
    expect(() => parseSchema(text)).toThrow('schema: cannot read');
  });

  it('reads every schema of this LibTorch, and finds the name it was asked for', () => {
    const names = addon.operatorNames();
    expect(names.length).toBeGreaterThan(2000);
    for (const name of names) {
      const [base, overload = ''] = name.split('.') as [string, string?];
      const schema = parseSchema(addon.operatorSchema(addon.findOperator(base, overload)));
      expect([schema.name, schema.overload]).toEqual([base, overload]);
      for (const { type } of schema.parameters) expect(type).toMatch(/^[\w.]+(\[\d*\]|\?)*$/);
      for (const type of schema.returns) expect(type).toMatch(/^[\w.]+(\[\d*\]|\?)*$/);
    }
  });
});

describe('camelCase', () => {
  it.each([
    ['memory_format', 'memoryFormat'],
    ['conv2d', 'conv2d'],
    ['add_', 'add_'],
    ['_foreach_add_', '_foreachAdd_'],
    ['conv_transpose2d', 'convTranspose2d'],
    ['dim0', 'dim0'],
  ])('%s becomes %s', (name, expected) => {
    expect(camelCase(name)).toBe(expected);
  });
});
