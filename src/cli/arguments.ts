import { InvalidArgumentError } from 'commander';

/** A parser of flags that take a number; the configuration's schema checks its range. */
export function numberArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

/** Collects a flag that may be given several times. */
export function repeatable(value: string, before: string[] = []): string[] {
  return [...before, value];
}
