import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { families } from './families/index.ts';
import { faultOf } from './judge.ts';
import { fuzz } from './run-family.ts';

const failures = mkdtempSync(join(tmpdir(), 'patchwork-fuzz-failures-'));
afterAll(() => rmSync(failures, { recursive: true, force: true }));

/** A minute over all. The long form: npx tsx tests/fuzz/run.ts --inputs 10000 */
const seconds = 60 / families.length;

describe('damaged inputs', () => {
  it.each(families.map(({ name, description }) => ({ name, description })))(
    '$name: each is read, or refused with a sentence ($description)',
    async ({ name }) => {
      const found = await fuzz({ family: name, seed: 1, inputs: 300, seconds, failures });
      expect(found.failures.map(({ index, about }) => `${name} ${index}: ${about}`)).toEqual([]);
      expect(found.inputs).toBeGreaterThan(0);
    },
  );

  it('are the same ones each time', async () => {
    const take = () => fuzz({ family: 'plans', seed: 5, inputs: 40, failures });
    const [one, other] = [await take(), await take()];
    expect([other.inputs, other.results, other.refused]).toEqual([one.inputs, one.results, one.refused]);
  });
});

describe('the judge', () => {
  it.each([
    new TypeError("Cannot read properties of undefined (reading 'x')"),
    new TypeError('plan.list is not a function'),
    new RangeError('Maximum call stack size exceeded'),
    new RangeError('Array buffer allocation failed'),
    new Error("ENOENT: no such file or directory, open 'x'"),
    new Error('EISDIR: illegal operation on a directory, read'),
    new Error(''),
    new SyntaxError('Unexpected token } in JSON at position 3'),
    { not: 'an error' },
  ])('takes %s for a fault', (error) => {
    expect(faultOf(error)).toBeTypeOf('string');
  });

  it.each([
    new TypeError('add: no form of it takes (Tensor(float32[1] cpu), "two")'),
    new Error('x.tar: expected a whole tar archive, got one that is cut off'),
    new Error('expected a whole jpeg picture, got one that is truncated: Quantization table 0x01 was not defined'),
  ])('takes "%s" for a sentence', (error) => {
    expect(faultOf(error)).toBeUndefined();
  });
});
