import type { StepLoss } from '../tasks/index.ts';
import { Tensor } from '../torch/index.ts';

/** What a task gave as the loss of a step. @throws where the loss or a term is not one number */
export function checkedLoss(result: StepLoss): StepLoss {
  const checkNumber = (value: unknown, expected: string) => {
    if (value instanceof Tensor && value.size === 1) return;
    const got = value instanceof Tensor ? `a tensor of [${value.shape.join(', ')}]` : String(value);
    throw new Error(`task: expected ${expected} one number as a tensor, got ${got}; take its mean()`);
  };
  checkNumber(result?.loss, 'loss() to give { loss } with');
  for (const [name, term] of Object.entries(result.terms ?? {})) checkNumber(term, `the term ${name} to be`);
  return result;
}
