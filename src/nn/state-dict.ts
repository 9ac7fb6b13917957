import { type DType, noGrad, ShapeError, type Tensor } from '../torch/index.ts';

/**
 * Copies `source` into the tensors of `target` that have the same names, converting types: floating ones into each other, but
 * no integers into floating ones, which quantized weights would be without their scale.
 *
 * @throws ShapeError where they differ in names or shapes, or have integers for floating values: missing, unexpected and
 *   differently shaped or typed entries are listed in one error, and nothing has been changed when it is thrown
 */
export function copyStateDict(target: ReadonlyMap<string, Tensor>, source: ReadonlyMap<string, Tensor>): void {
  const missing = [...target.keys()].filter((name) => !source.has(name));
  const unexpected = [...source.keys()].filter((name) => !target.has(name));
  const pairs = [...target].flatMap(([name, tensor]) => {
    const given = source.get(name);
    return given ? [{ name, tensor, given }] : [];
  });
  const reshaped = pairs.flatMap(({ name, tensor, given }) => {
    if (given.shape.join() === tensor.shape.join()) return [];
    return [`${name}: expected [${tensor.shape.join(', ')}], got [${given.shape.join(', ')}]`];
  });
  const retyped = [...target].flatMap(([name, { dtype }]) => {
    const given = source.get(name)?.dtype ?? dtype;
    return isFloating(dtype) && !isFloating(given) ? [`${name}: expected ${dtype}, got ${given}`] : [];
  });
  const problems =
    list('missing', missing) +
    list('unexpected', unexpected) +
    list('other shape', reshaped) +
    list('other type', retyped);
  if (problems !== '') throw new ShapeError(`the weights do not fit this network:${problems}`);
  noGrad(() => {
    for (const { tensor, given } of pairs) tensor.copy_(given);
  });
}

const isFloating = (dtype: DType): boolean => dtype.includes('float');

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 8 ? `; and ${names.length - 8} more` : '';
  return `\n  ${title}: ${names.slice(0, 8).join('; ')}${more}`;
}
