import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tsc } from '../support/typescript.ts';

it('what is right compiles, and what is wrong does not, where @ts-expect-error says so', () => {
  expect(tsc(['-p', join(import.meta.dirname, 'tsconfig.json')])).toBe('');
});
