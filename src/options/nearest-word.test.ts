import { expect, test } from 'vitest';
import { nearestWord, unknownWord } from './nearest-word.ts';

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

const birds = ['Laysan_Albatross', 'Black_footed_Albatross', 'Red_faced_Cormorant', 'Pelagic_Cormorant', 'Fish_Crow'];

test.each([
  ['black-footed albatros', 'Black_footed_Albatross'], // other separators and a slip
  ['footed albatross', 'Black_footed_Albatross'], // a word forgotten
  ['albatross', 'Laysan_Albatross'], // the one with the fewest words left out
  ['Cormorant, red faced', 'Red_faced_Cormorant'], // another order
  ['the pelagic cormorant', 'Pelagic_Cormorant'], // a word too many
])("of several words the name nearest to '%s' is '%s'", (typed, meant) => {
  expect(nearestWord(typed, birds)).toBe(meant);
});

test.each(['Rusty_Blackbird', 'x_y_z', '__'])("no name of several words is near '%s'", (typed) => {
  expect(nearestWord(typed, birds)).toBeUndefined();
});

test('half of the words in common is not enough', () => {
  expect(nearestWord('batch-norm', ['batch-size', 'limit-train'])).toBeUndefined();
  expect(nearestWord('train-fraction', ['batch-size', 'limit-train'])).toBeUndefined();
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
  expect(unknownWord('unknown class', 'data', ['date'], 'Leave it out')).toBe(
    "unknown class 'data'; did you mean 'date'? Leave it out",
  );
});
