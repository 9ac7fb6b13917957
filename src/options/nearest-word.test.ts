import { expect, test } from 'vitest';
import { nearestWord, unknownWord } from './index.ts';

test.each([
  ['alhpa', 'alpha'], // two letters replaced
  ['lable', 'label'],
  ['prob', 'probability'], // 7 letters short, but it begins like it
  ['PROBABILTY', 'probability'],
  ['probb', 'probability'], // the beginning with a slip
  ['lables', 'label'],
  ['bx', 'box'],
])("the word nearest to '%s' is '%s'", (typed, meant) => {
  expect(nearestWord(typed, ['alpha', 'probability', 'box', 'label'])).toBe(meant);
});

test('of words equally near the first is named', () => {
  expect(nearestWord('axc', ['abc', 'aac'])).toBe('abc');
});

test('a whole word one letter off is nearer than a longer one that begins as typed', () => {
  expect(nearestWord('resnet19', ['resnet18-cifar', 'resnet18'])).toBe('resnet18');
});

test.each(['', 'x', 'nonsense', 'zzzzzzzz', 'lr'])("nothing is near '%s'", (typed) => {
  expect(nearestWord(typed, ['alpha', 'probability', 'box', 'label'])).toBeUndefined();
});

test('the sentence for an unknown word names the nearest and lists all', () => {
  expect(unknownWord('train: unknown flag', 'modle', ['model', 'data'])).toBe(
    "train: unknown flag 'modle'; did you mean 'model'? Valid: model, data",
  );
  expect(unknownWord('train: unknown flag', 'xyzzy', ['model', 'data'])).toBe(
    "train: unknown flag 'xyzzy'. Valid: model, data",
  );
});
