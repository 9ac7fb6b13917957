import { expect, test } from 'vitest';
import { smallConfig } from '../../tests/support/small-training.ts';
import { ConfigError } from '../config/index.ts';
import { splitMethods } from '../options/index.ts';
import { compareRows, methodOf } from './compare-methods.ts';

test('commas separate methods, but not the options of one', () => {
  expect(splitMethods('baseline,cutmix:alpha=1,probability=0.5,cutmix+mixup,mixup')).toEqual([
    'baseline',
    'cutmix:alpha=1,probability=0.5',
    'cutmix+mixup',
    'mixup',
  ]);
});

test('a word is a name of Table 5, a variant of Table 8, or a text of --mix', () => {
  expect(methodOf('cutout-and-label-smoothing').settings).toEqual({ mix: 'cutout', labelSmoothing: 0.1 });
  expect(methodOf('cutmix').settings).toEqual({ mix: 'cutmix:probability=0.5' });
  expect(methodOf('one-hot').settings).toEqual({ mix: 'cutmix:probability=0.5,label=one-hot' });
  expect(methodOf('cutmix:alpha=2').settings).toEqual({ mix: 'cutmix:alpha=2' });
  const oneOf = 'cutmix:alpha=1,probability=0.5+mixup:alpha=2,probability=1';
  expect(methodOf(oneOf).settings).toEqual({ mix: oneOf });
});

test('a text of --regularize is a method too, and a name of Table 5 wins over it', () => {
  expect(methodOf('dropblock:keep=0.8').settings).toEqual({ regularize: ['dropblock:keep=0.8'] });
  expect(methodOf('dropout').settings).toEqual({ regularize: ['dropout'] });
  expect(methodOf('dropblock').settings).toEqual({ regularize: ['dropblock:keep=0.9,block=4'] });
  expect(() => methodOf('dropblock:kep=0.8')).toThrow("unknown option 'kep'; did you mean 'keep'?");
});

test('a word that is none of them is answered with the nearest; options have their own messages', () => {
  expect(() => methodOf('cutmux')).toThrow("unknown method 'cutmux'; did you mean 'cutmix'? Valid: baseline,");
  expect(() => methodOf('cutmix:alfa=1')).toThrow("unknown option 'alfa'; did you mean 'alpha'?");
});

test('rows differ in their method alone, and the first is the baseline where none has that name', () => {
  const base = smallConfig({ mix: 'none', epochs: 3 });
  const rows = compareRows(['mixup', 'label-smoothing'], base);
  expect(rows.map(({ baseline }) => baseline)).toEqual([undefined, 'mixup']);
  expect(rows[0]!.config).toEqual({ ...base, mix: 'mixup:alpha=1' });
  expect(rows[1]!.config).toEqual({ ...base, labelSmoothing: 0.1 });
  expect(compareRows(['mixup', 'baseline'], base).map(({ baseline }) => baseline)).toEqual(['baseline', undefined]);
});

test.each([
  ['mix', 'cutmix'],
  ['regularize', 'shakedrop'],
  ['labelSmoothing', 0.2],
])('a base configuration with %s is refused: the baseline would not be one', (key, value) => {
  const compare = () => compareRows(['baseline', 'cutmix'], smallConfig({ mix: 'none', [key]: value }));
  expect(compare).toThrow(ConfigError);
  expect(compare).toThrow(`${key}: expected none in what all rows share, got ${value}; methods are named by --methods`);
});
