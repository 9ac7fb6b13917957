import { Command } from 'commander';
import { expect, it } from 'vitest';
import { openData } from '../data/index.ts';
import { addSuiteFlags, checkSuites, type SuiteFlags, takeSuites } from './suite-flags.ts';

/** The flags of a command line. */
function flagsOf(...words: string[]): SuiteFlags {
  const command = addSuiteFlags(new Command(), 'none')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(words, { from: 'user' }).opts();
}

it('reads largest changes as fractions or numbers', () => {
  expect(flagsOf('--epsilon', '8/255,0.1,0,1').epsilon).toEqual([8 / 255, 0.1, 0, 1]);
});

it.each([
  ['--epsilon', ['', '8/', '8/0', '0/0', '1/2/3', 'eight', '8/255,', '8', '-0.1', '8/255,1.01', 'Infinity']],
  ['--threshold', ['2', '-0.1', 'NaN', '']],
  ['--limit', ['0', '-1', '1.5', 'Infinity', 'all']],
  ['--on-bad-image', ['ignore']],
])('%s is checked where it is read, before anything is trained', (flag, texts) => {
  for (const text of texts) {
    expect(() => flagsOf(flag, text), text).toThrow(
      /is invalid\. (Expected a? ?(number|whole)|Allowed choices are fail, skip)/,
    );
  }
});

it('refuses a flag without a suite that takes it', async () => {
  const flags: [SuiteFlags, string][] = [
    [{ suite: 'ood', threshold: 0.2 }, '--threshold: expected with --suite localization, got ood;'],
    [
      { suite: 'accuracy', limit: 9 },
      '--limit: expected with --suite localization or robustness or ood, got accuracy;',
    ],
    [{ epsilon: [0.1] }, '--epsilon: expected with --suite robustness, got no --suite;'],
    [{ suite: 'localization', unknown: 'uniform' }, '--unknown: expected with --suite ood, got localization;'],
    [{ suite: 'ood,robustness', boxes: 'boxes' }, '--boxes: expected with --suite localization, got ood,robustness;'],
    [{ suite: 'ood', cam: 'cam' }, '--cam: expected with --suite localization, got ood;'],
  ];
  for (const [given, message] of flags) await expect(takeSuites(given)).rejects.toThrow(message);
  await expect(takeSuites({ boxes: 'boxes' }, ['localization'])).resolves.toBeDefined();
  await expect(
    takeSuites({ suite: 'all', boxes: 'b', epsilon: [0.1], unknown: 'uniform', limit: 9 }),
  ).resolves.toBeDefined();
});

it('parts the flags of suites from all others, each to the suite that takes it', async () => {
  const flags = { suite: 'ood,localization', limit: 9, threshold: 0.2, unknown: 'uniform:seed=1,gaussian' };
  const others = { epochs: 3, onBadImage: 'skip' };
  expect(await takeSuites({ ...flags, ...others })).toEqual({
    suites: {
      suites: ['ood', 'localization'],
      limit: 9,
      localization: { threshold: 0.2 },
      ood: { unknown: ['uniform:seed=1', 'gaussian'] },
    },
    others,
  });
  expect((await takeSuites({})).suites.suites).toBeUndefined();
  expect((await takeSuites({ suite: 'all' })).suites.suites).toBe('all');
  // A table of localization needs it: without boxes that is an error, and not left out.
  expect((await takeSuites({ suite: 'all' }, ['localization'])).suites.suites).toHaveLength(4);
  expect((await takeSuites({ suite: 'ood,localization' }, ['localization'])).suites.suites).toEqual([
    'localization',
    'ood',
  ]);
  expect((await takeSuites({}, ['localization'])).suites.suites).toEqual(['localization']);
  await expect(takeSuites({ suite: 'robustnes' })).rejects.toThrow(/did you mean 'robustness'/);
});

it('says before a training that its images cannot be localized', async () => {
  const { test } = await openData('shapes:train=16,test=16,size=16');
  const asked = { suites: ['localization' as const] };
  await expect(checkSuites(test, asked)).resolves.toBeUndefined();
  const { boxes: _, ...bare } = test;
  await expect(checkSuites(bare, asked)).rejects.toThrow(
    'expected data with true boxes, got shapes, which has none; leave localization out',
  );
  await expect(checkSuites(bare, { suites: 'all' })).resolves.toBeUndefined();
  await expect(checkSuites(bare, { suites: 'all', localization: { boxes: '/nowhere' } })).rejects.toThrow('/nowhere');
  await expect(checkSuites(bare, { suites: ['ood'] })).resolves.toBeUndefined();
  await expect(checkSuites(test, { ...asked, localization: { boxes: '/nowhere' } })).rejects.toThrow('/nowhere');
});

it('says before a training that an unknown set cannot be opened', async () => {
  const { test } = await openData('shapes:train=16,test=16,size=16');
  const asked = (...unknown: string[]) => ({ suites: ['ood' as const], ood: { unknown } });
  await expect(checkSuites(test, asked('uniform:images=9', 'gaussian'))).resolves.toBeUndefined();
  await expect(checkSuites(test, asked('gaussian', 'unifrom'))).rejects.toThrow("did you mean 'uniform'?");
  await expect(checkSuites(test, { ...asked('unifrom'), suites: ['accuracy'] })).resolves.toBeUndefined();
});
