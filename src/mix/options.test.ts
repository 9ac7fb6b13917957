import { expect, test } from 'vitest';
import { nearestWord, unknownWord } from './options.ts';

test.each([
  ['alhpa', 'alpha'], // two letters replaced
  ['lable', 'label'],
  ['prob', 'probability'], // 7 letters short, but it begins like it
  ['PROBABILTY', 'probability'],
  ['bx', 'box'],
])("the word nearest to '%s' is '%s'", (typed, meant) => {
  expect(nearestWord(typed, ['alpha', 'probability', 'box', 'label'])).toBe(meant);
});

test('of words equally near the first is named, and of none none', () => {
  expect(nearestWord('xy', ['ab', 'cd'])).toBe('ab');
  expect(nearestWord('', ['abc', 'd'])).toBe('d');
  expect(nearestWord('a', [])).toBeUndefined();
});

test('the sentence for an unknown word names the nearest and lists all', () => {
  expect(unknownWord('train: unknown flag', 'modle', ['model', 'data'])).toBe(
    "train: unknown flag 'modle'; did you mean 'model'? Valid: model, data",
  );
});
