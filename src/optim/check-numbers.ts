/** Checks of numbers that people give: every error names the function, the number, what was expected and what came. */

/** @throws RangeError unless `value` is a finite number above 0 */
export function checkPositive(where: string, name: string, value: number): void {
  check(value > 0, where, `${name} above 0`, value);
}

/** @throws RangeError unless `value` is a finite number from 0 */
export function checkNotNegative(where: string, name: string, value: number): void {
  check(value >= 0, where, `${name} of at least 0`, value);
}

/** @throws RangeError unless `value` is a number in [0, 1) */
export function checkBelowOne(where: string, name: string, value: number): void {
  check(value >= 0 && value < 1, where, `${name} in [0, 1)`, value);
}

function check(valid: boolean, where: string, expected: string, value: number): void {
  if (!valid || !Number.isFinite(value)) throw new RangeError(`${where}: expected ${expected}, got ${value}`);
}
