import { Command } from 'commander';
import { expect, it } from 'vitest';
import { openData } from '../data/index.ts';
import { addSuiteFlags, checkSuites, type SuiteFlags, takeSuites } from './suite-flags.ts';

/** The flags of a command line. */
async function flagsOf(...words: string[]): Promise<SuiteFlags> {
  const command = new Command().exitOverride();
  await addSuiteFlags(command, 'none');
  return command.parse(words, { from: 'user' }).opts();
}

it('parts the flags of suites from all others, each to the suite that takes it', async () => {
  const suite = 'ood,localization:threshold=0.2,method=grad-cam,robustness:epsilons=2/8,fill=black';
  const flags = await flagsOf(
    ...['--suite', suite, '--limit', '9', '--boxes', 'a,b', '--ood-sets', 'uniform:images=5,seed=1,gaussian'],
  );
  const others = { epochs: 3, onBadImage: 'skip' };
  expect(await takeSuites({ ...flags, ...others })).toEqual({
    asked: {
      suites: [
        { name: 'ood', options: { sets: ['uniform:images=5,seed=1', 'gaussian'] } },
        { name: 'localization', options: { threshold: 0.2, method: 'grad-cam', boxes: 'a,b' } },
        { name: 'robustness', options: { epsilons: [2, 8], fill: 'black' } },
      ],
      limit: 9,
    },
    others,
  });
});

it('measures nothing without the flag, what is always measured with or without it, and with all what the data allows', async () => {
  expect((await takeSuites({})).asked).toEqual({ suites: undefined, limit: undefined });
  const { suites } = (await takeSuites({ suite: 'all' }, ['localization'])).asked;
  expect(suites!.map(({ name, ifAllowed = false }) => [name, ifAllowed])).toEqual([
    ['accuracy', true],
    ['localization', false],
    ['robustness', true],
    ['ood', true],
  ]);
  await expect(takeSuites({ suite: 'robustness:epsilons=2' })).resolves.toBeDefined();
  expect((await takeSuites({ suite: 'ood' }, ['localization'])).asked.suites!.map(({ name }) => name)).toEqual([
    'ood',
    'localization',
  ]);
});

it.each<[SuiteFlags, string]>([
  [{ suite: 'accuracy', limit: 9 }, '--limit: expected with --suite localization or robustness or ood, got accuracy;'],
  [{ limit: 9 }, '--limit: expected with --suite localization or robustness or ood, got no --suite;'],
  [{ suite: 'localization', oodSets: 'uniform' }, '--ood-sets: expected with --suite ood, got localization;'],
  [{ suite: 'ood,robustness', boxes: 'b' }, '--boxes: expected with --suite localization, got ood,robustness;'],
  [{ suite: 'ood:sets=uniform', oodSets: 'gaussian' }, '--ood-sets: expected once, got it as ood:sets=... too'],
  [{ suite: 'ood', limit: 0 }, '--limit: expected a whole number of at least 1, got 0'],
  [{ suite: 'ood', limit: 1.5 }, '--limit: expected a whole number of at least 1, got 1.5'],
  [{ suite: 'oood' }, "unknown suite 'oood'; did you mean 'ood'?"],
  [{ suite: 'ood,ood' }, 'suite: expected each once, got ood twice'],
  [{ suite: 'robustness:epsilon=2' }, "robustness: unknown option 'epsilon'; did you mean 'epsilons'?"],
  [{ suite: 'robustness:epsilons=eight' }, 'robustness: expected epsilons to be a list of numbers in 0..255'],
  [{ suite: 'localization:threshold=2' }, 'localization: expected threshold to be a number in 0..1, got 2'],
  [{ suite: 'localization:method=gradcam' }, "unknown value of method 'gradcam'; did you mean 'grad-cam'?"],
  [{ suite: 'all,robustness:pgdSteps=-1' }, 'robustness: expected pgdSteps to be a whole number of at least 0, got -1'],
])('%j is refused before anything is trained', async (given, message) => {
  await expect(takeSuites(given)).rejects.toThrow(message);
});

it('says before a training that the data has no boxes, unless another way to have them is given', async () => {
  const { test } = await openData('shapes:train=16,test=16,size=16');
  const asked = (options = {}, ifAllowed = false) => ({ suites: [{ name: 'localization', options, ifAllowed }] });
  await expect(checkSuites(test, asked())).resolves.toBeUndefined();
  const { boxes: _, ...bare } = test;
  await expect(checkSuites(bare, asked())).rejects.toThrow(
    'expected data with ground-truth boxes, got shapes, which has none; leave localization out',
  );
  await expect(checkSuites(bare, asked({}, true))).resolves.toBeUndefined();
  await expect(checkSuites(bare, asked({ boxes: '/nowhere' }, true))).rejects.toThrow('/nowhere');
  await expect(checkSuites(test, asked({ boxes: '/nowhere' }))).rejects.toThrow('/nowhere');
  await expect(checkSuites(bare, { suites: [{ name: 'ood' }] })).resolves.toBeUndefined();
});

it('says before a training that an out-of-distribution set cannot be opened', async () => {
  const { test } = await openData('shapes:train=16,test=16,size=16');
  const asked = (sets?: string | string[]) => ({ suites: [{ name: 'ood', options: { sets } }] });
  await expect(checkSuites(test, asked())).resolves.toBeUndefined();
  await expect(checkSuites(test, asked(['uniform:images=9', 'gaussian']))).resolves.toBeUndefined();
  await expect(checkSuites(test, asked(['gaussian', 'unifrom']))).rejects.toThrow("did you mean 'uniform'?");
  await expect(checkSuites(test, asked('gaussian,unifrom'))).rejects.toThrow("did you mean 'uniform'?");
});
