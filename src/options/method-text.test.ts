import fc from 'fast-check';
import { expect, test } from 'vitest';
import { methodText, parseMethod } from './method-text.ts';

test('a name alone has no options', () => {
  expect(parseMethod('dropblock')).toEqual({ name: 'dropblock', options: {} });
});

test('values are booleans, numbers, lists of numbers or words', () => {
  expect(parseMethod('dropblock:shared=true,keep=.9,groups=2/3,alpha=-1/1,where=a/b,large=1e+21')).toEqual({
    name: 'dropblock',
    options: { shared: true, keep: 0.9, groups: [2, 3], alpha: [-1, 1], where: 'a/b', large: 1e21 },
  });
  expect(parseMethod('m:a=1/,b=/')).toEqual({ name: 'm', options: { a: '1/', b: '/' } });
});

test('what a method is written as reads back as the same', () => {
  const number = fc.double({ noNaN: true }).map((value) => value + 0 || 0);
  const value = fc.oneof(
    fc.boolean(),
    number,
    fc.array(number, { minLength: 2 }),
    fc.constantFrom('uniform', 'one-hot'),
  );
  const options = fc.dictionary(fc.stringMatching(/^[a-zA-Z]+$/), value, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(options, (chosen) => {
      expect(parseMethod(methodText('method', chosen))).toEqual({ name: 'method', options: chosen });
    }),
  );
});
