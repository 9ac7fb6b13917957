import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { configDifferences } from './config-differences.ts';

test('differences are named by key, with both values, at any depth', () => {
  const expected = parseConfig({ epochs: 3, mix: 'cutmix', optimizer: { name: 'sgd', learningRate: 0.2 } });
  const got = parseConfig({ epochs: 3, limitTrain: 9 });
  expect(configDifferences(expected, got)).toEqual([
    { key: 'mix', expected: '"cutmix"', got: '"none"' },
    { key: 'optimizer.learningRate', expected: '0.2', got: '-' },
    { key: 'limitTrain', expected: '-', got: '9' },
  ]);
});

test('what changes nothing about the result is no difference', () => {
  const plain = parseConfig({ mix: 'cutmix' });
  expect(configDifferences(plain, parseConfig({ mix: ['cutmix'], workers: 3, checkpointMinutes: 1 }))).toEqual([]);
});
