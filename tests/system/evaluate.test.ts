import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from '../../src/config/index.ts';
import type { Evaluation } from '../../src/evaluate/index.ts';
import type { ExperimentResult } from '../../src/experiments/index.ts';
import { changed, patchwork } from '../support/command-line.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

const folder = temporaryFolder(afterAll);
const run = join(folder, 'run');
const kept = (suite: string) => {
  const name = readdirSync(join(run, 'report')).find((file) => file.startsWith(`${suite}-step-`));
  return name === undefined ? undefined : join(run, 'report', name);
};
const evaluate = (...words: string[]) => patchwork(['evaluate', run, '--threads', '1', ...words]);

beforeAll(async () => {
  await train(smallConfig({ epochs: 1, mix: 'none' }), { run });
});

describe('a network', () => {
  it('is measured by every suite, as JSON, in the run folder, and on a page of its own', async () => {
    const { code, output, errors } = await evaluate(
      '--suite',
      'all,robustness:epsilons=2/4',
      '--limit',
      '12',
      '--json',
    );
    expect(code, errors).toBe(0);
    const found = JSON.parse(output) as Required<Evaluation>;
    expect(found).toMatchObject({ run, limit: 12, accuracy: { images: 32 }, localization: { images: 12 } });
    expect(found.robustness.attacks.map(({ epsilon }) => epsilon)).toEqual([2, 2, 4, 4].map((bytes) => bytes / 255));
    expect(found.ood.sets.map(({ name }) => name)).toHaveLength(2);
    for (const suite of ['accuracy', 'localization', 'robustness', 'ood'] as const) {
      const { result } = JSON.parse(readFileSync(kept(suite)!, 'utf8')) as { result: unknown };
      expect(result).toEqual(found[suite]);
    }
    const page = readFileSync(join(run, 'report', 'evaluation.html'), 'utf8');
    for (const heading of ['Accuracy', 'Localization', 'Robustness', 'Out of distribution'])
      expect(page).toContain(`<h2>${heading}</h2>`);
    expect(page.match(/(?:src|href)="(?!data:).{0,80}|<script|<link|url\(/g)).toBe(null);
  });

  it('that was measured is not measured again for the same options, and is for others', async () => {
    const words = ['--suite', 'ood', '--limit', '12', '--ood-sets', 'uniform:images=5,seed=1', '--json'];
    const { output } = await evaluate(...words);
    const [path, before] = [kept('ood')!, statSync(kept('ood')!).mtimeMs];
    expect((await evaluate(...words)).output).toBe(output);
    expect(statSync(path).mtimeMs).toBe(before);
    const other = await evaluate(...changed(words, { '--limit': '8' }));
    expect(JSON.parse(other.output)).toMatchObject({ ood: { images: 8 } });
  });

  it('has its verdict and its accuracy printed, and other suites as tables that name their protocols', async () => {
    const plain = await evaluate();
    expect(plain.output).toMatch(
      /^Top-1 error .* lower is better\).*\.\n\n.*run, checkpoint step-\d+, 32 test images\ntop-1 error .* %.*\ntop-5 error .* %\ncalibration error .* %\nloss .*\nbalanced accuracy .* %/,
    );
    const { output } = await evaluate('--suite', 'localization,robustness,ood', '--limit', '12');
    for (const text of [
      "fixed threshold, 0.15 of the maximum: the CutMix paper's protocol",
      'the protocol of Choe et al. 2020',
      'gain in localization vanished',
      'FGSM 8/255',
      'Center occluded',
      'TNR at 95 % TPR',
      join(run, 'report', 'evaluation.html'),
    ])
      expect(output).toContain(text);
  });

  it.each([
    ['--suite oood', /unknown suite 'oood'; did you mean 'ood'\?/],
    ['--suite ood --ood-sets nowhere', /nowhere/],
    ['--suite robustness:epsilons=eight', /robustness: expected epsilons to be a list of numbers in 0\.\.255/],
    ['--suite localization:threshold=2', /localization: expected threshold to be a number in 0\.\.1, got 2/],
    ['--suite localization:method=gradcam', /unknown value of method 'gradcam'; did you mean 'grad-cam'\?/],
    ['--suite ood --boxes there', /--boxes: expected with --suite localization, got ood/],
    ['--suite ood --suite accuracy', /--suite: expected once, got it twice/],
    ['--limit 9', /--limit: expected with --suite .*, got no --suite/],
    ['--limit 0 --suite ood', /--limit: expected a whole number of at least 1, got 0/],
    ['--on-bad-image skp', /--on-bad-image: unknown value 'skp'; did you mean 'skip'\?/],
  ])('is not measured by %s, which says what is wrong', async (line, message) => {
    const { code, output, errors } = await evaluate(...line.split(' '));
    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it('gives its numbers also where no page can be written', async () => {
    rmSync(join(run, 'report'), { recursive: true });
    writeFileSync(join(run, 'report'), 'a file in the way');
    const { code, output, errors } = await evaluate('--json');
    rmSync(join(run, 'report'));
    mkdirSync(join(run, 'report'));
    expect(code, errors).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ accuracy: { images: 32 } });
    expect(errors).toContain('no page was written: ');
  });
});

describe('a comparison with suites', () => {
  const out = join(folder, 'compared');
  const tiny =
    '--data shapes:train=64,test=32,size=16 --model resnet8 --batch-size 16 --epochs 1 --threads 1 --workers 0';
  const words = ['compare', ...tiny.split(' '), '--methods', 'baseline,cutmix', '--seeds', '1', '--out', out];
  const compare = (...more: string[]) => patchwork([...words, ...more]);

  it('may be asked for them after its trainings, and has them in its results, its report and its table', async () => {
    expect((await compare()).output).not.toContain('OOD');
    const { code, output, errors } = await compare('--suite', 'localization,ood', '--limit', '12');
    expect(code, errors).toBe(0);
    expect(errors.match(/has finished already/g)).toHaveLength(2);
    expect(errors).toContain('measuring 2 of 2: cutmix, seed 0');
    const { rows, unmeasured } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as ExperimentResult;
    expect(unmeasured).toEqual([]);
    for (const { runs, title } of rows) {
      const { auroc } = runs[0]!.evaluation!.ood!.mean['max-softmax'];
      expect(output).toMatch(new RegExp(`^${title} .* ${(100 * auroc).toFixed(2)}$`, 'm'));
    }
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).toContain('<h2>Localization</h2>');
    expect(report).toContain('<h2>Out of distribution</h2>');
    expect(readFileSync(join(out, 'results.csv'), 'utf8')).toMatch(/,maxBoxAccuracyV2,.*auroc max-softmax/);
    expect((await compare('--suite', 'localization,ood', '--limit', '12')).output).toBe(output);
  });

  it.each([
    ['--suite robust', "unknown suite 'robust'; did you mean 'robustness'?"],
    ['--suite ood --ood-sets /nowhere', '/nowhere'],
    ['--suite robustness:epsilons=256', 'robustness: expected epsilons'],
    ['--limit 9', '--limit: expected with --suite'],
  ])('with a mistake, as %s, says so before it trains anything', async (line, message) => {
    const fresh = join(folder, 'fresh');
    const { code, errors } = await patchwork([...changed(words, { '--out': fresh }), ...line.split(' ')]);
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(existsSync(fresh)).toBe(false);
  });
});
