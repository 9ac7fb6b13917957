import { noGrad, ShapeError, type Tensor } from '../torch/index.ts';

/**
 * Copies `source` into the tensors of `target` that have the same names, converting types.
 *
 * @throws ShapeError where they differ in names or shapes: missing, unexpected and differently shaped entries are listed
 *   in one error, and nothing has been changed when it is thrown
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
  if (missing.length + unexpected.length + reshaped.length > 0) {
    throw new ShapeError(
      `the weights do not fit this network:${list('missing', missing)}${list('unexpected', unexpected)}${list('other shape', reshaped)}`,
    );
  }
  noGrad(() => {
    for (const { tensor, given } of pairs) tensor.copy_(given);
  });
}

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 8 ? `; and ${names.length - 8} more` : '';
  return `\n  ${title}: ${names.slice(0, 8).join('; ')}${more}`;
}
