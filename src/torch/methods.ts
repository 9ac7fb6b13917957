/** Gives Tensor its operator methods: `a.add(b)` is `add(a, b)`. Imported once, for its effect, by the folder's index. */
import { methodNames } from './generated/methods.ts';
import * as operators from './generated/operators.ts';
import { Tensor } from './tensor.ts';

type AnyFunction = (...args: unknown[]) => unknown;

for (const name of methodNames) {
  const operator = (operators as unknown as Record<string, AnyFunction>)[name]!;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...args: unknown[]): unknown {
      return operator(this, ...args);
    },
  });
}
