import { expect, it } from 'vitest';
import { integer, quoted } from './kinds.ts';
import { checkOption } from './options.ts';

it('refuses whole numbers beyond a guard with a sentence of its own, and others as without one', () => {
  const kind = integer({ min: 1, guard: 1024 });
  const problem = (value: unknown) => () => checkOption('it', 'threads', kind, value);
  for (const value of [1, 1024]) expect(problem(value)).not.toThrow();
  expect(problem(2000)).toThrow('it: expected threads to be a whole number of at most 1024, got 2000');
  expect(problem(2 ** 32 + 1)).toThrow('of at most 1024, got 4294967297');
  expect(problem(1e300)).toThrow('of at most 1024, got 1e+300');
  expect(problem(Number.POSITIVE_INFINITY)).toThrow('of at most 1024, got Infinity');
  expect(problem(0)).toThrow('it: expected threads to be a whole number of at least 1, got 0');
  expect(problem(1.5)).toThrow('of at least 1, got 1.5');
  expect(kind.schema).toEqual({ type: 'integer', minimum: 1, maximum: 1024 });
  expect(integer({ min: 1 }).schema).toEqual({ type: 'integer', minimum: 1 });
});

it('shows values as long as a message can be, whatever they hold', () => {
  expect(quoted(['a', 1, [true]])).toBe("['a', 1, [true]]");
  expect(quoted('x'.repeat(5000))).toBe(`'${'x'.repeat(999)}… (5002 characters)`);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const value of [deep, cyclic, { big: 1n }]) expect(quoted(value)).toBe('a value that has no text');
});
