import { Tensor } from '../torch/index.ts';

/** What a module may return: a tensor, or arrays and plain objects of them, at any depth. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [name: string]: TensorTree };

/**
 * The tensors of a tree, in order.
 *
 * @param name what error messages call the tree: `the output of Captioner`
 * @throws TypeError where something in it is neither a tensor, an array nor a plain object, or holds itself; it gives the
 *   path, as in `output.boxes[2]`
 */
export function tensorsOf(tree: unknown, name: string): Tensor[] {
  return collect(tree, name, []);
}

function collect(tree: unknown, path: string, above: readonly object[]): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  const isList = Array.isArray(tree);
  if (!isList && !isPlainObject(tree)) {
    throw new TypeError(`${path}: expected a tensor, or arrays and plain objects of tensors, got ${kindOf(tree)}`);
  }
  if (above.includes(tree)) throw new TypeError(`${path}: expected a tree of tensors, got an object that holds itself`);
  return Object.entries(tree).flatMap(([key, part]) =>
    collect(part, isList ? `${path}[${key}]` : `${path}.${key}`, [...above, tree]),
  );
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `a ${value.constructor.name}`;
  return typeof value === 'function' ? 'a function' : `the ${typeof value} ${String(value)}`;
}
