import { describe, expect, it } from 'vitest';
import { tensor } from '../torch/index.ts';
import { type TensorTree, tensorsOf } from './index.ts';

const [a, b, c] = [tensor(1), tensor(2), tensor(3)] as const;

describe('tensorsOf', () => {
  it.each<[string, TensorTree, unknown[]]>([
    ['a tensor', a, [a]],
    ['nested arrays and objects, in order', { x: [a, { y: b }], z: [[c]] }, [a, b, c]],
    ['a tensor that comes twice, twice', [a, { again: a }], [a, a]],
    ['an object without a prototype', Object.assign(Object.create(null), { x: a }), [a]],
    ['nothing, of an empty tree', [{}, []], []],
  ])('gives the tensors of %s', (_, tree, expected) => {
    const found = tensorsOf(tree, 'output');
    expect(found.length).toBe(expected.length);
    found.forEach((one, i) => {
      expect(one).toBe(expected[i]);
    });
  });

  const ring: unknown[] = [a];
  ring.push({ ring });
  it.each<[unknown, string]>([
    [3, 'output: expected a tensor, or arrays and plain objects of tensors, got the number 3'],
    [undefined, 'output: expected a tensor, or arrays and plain objects of tensors, got undefined'],
    [{ boxes: [a, b, 'cat'] }, 'output.boxes[2]: expected a tensor, or arrays and plain objects of tensors, got the string cat'], // biome-ignore format: a case
    [[a, { mask: null }], 'output[1].mask: expected a tensor, or arrays and plain objects of tensors, got null'],
    [{ scores: new Float32Array(2) }, 'output.scores: expected a tensor, or arrays and plain objects of tensors, got a Float32Array'], // biome-ignore format: a case
    [[new Map([['x', a]])], 'output[0]: expected a tensor, or arrays and plain objects of tensors, got a Map'],
    [[() => a], 'output[0]: expected a tensor, or arrays and plain objects of tensors, got a function'],
    [ring, 'output[1].ring: expected a tree of tensors, got an object that holds itself'],
  ])('names the place in %o where something is no tensor', (tree, message) => {
    expect(() => tensorsOf(tree, 'output')).toThrow(new TypeError(message));
  });
});
