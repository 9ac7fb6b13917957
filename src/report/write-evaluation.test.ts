import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluation, localization } from '../../tests/support/evaluations.ts';
import { documentOf, namesOf, tablesOf, textsOf } from '../../tests/support/markup.ts';
import { smallConfig, temporaryFolder } from '../../tests/support/small-training.ts';
import { train } from '../config/index.ts';
import { type Evaluation, evaluateRun, otherEvaluations } from '../evaluate/index.ts';
import { RunFolder } from '../runs/index.ts';
import { percent } from './number-texts.ts';
import { evaluationVerdict } from './verdict-texts.ts';
import { writeEvaluation } from './write-evaluation.ts';

const run = join(temporaryFolder(afterAll), 'run');
const pageOf = async (found: Evaluation, others = otherEvaluations(found)) =>
  documentOf(readFileSync(await writeEvaluation(found, { others }), 'utf8'));
const ofAccuracy = [
  ...['Accuracy', 'Error by class', 'Confusions', 'The most confident mistakes', 'Suspected labels'],
  'Images in both parts',
];
/** What the page says of a term. */
const saidOf = (document: ReturnType<typeof documentOf>, term: string) =>
  textsOf(document, 'dd')[textsOf(document, 'dt').indexOf(term)];

beforeAll(async () => {
  await train(smallConfig({ epochs: 3, mix: 'none' }), { run });
  await evaluateRun(run, { suites: [{ name: 'accuracy' }, { name: 'ood' }], limit: 4 });
});

it('the page has what was kept of other suites on the same images, each under its own limit', async () => {
  const suites = [{ name: 'localization' }];
  const page = await pageOf(await evaluateRun(run, { suites, limit: 6 }));
  expect(textsOf(page, 'h2')).toEqual([...ofAccuracy, 'Localization', 'Out of distribution']);
  expect(saidOf(page, 'Images')).toMatch(/localization 6, ood 4$/);
  const other = await pageOf(await evaluateRun(run, { data: 'shapes:train=64,test=16,size=16', suites }));
  expect(textsOf(other, 'h2')).toEqual(['Localization']);
});

it('has the numbers of the network, and pictures of where it looks', async () => {
  const found = await evaluateRun(run, { suites: [{ name: 'accuracy' }, { name: 'localization' }] });
  const page = await pageOf(found);
  expect(saidOf(page, 'Top-1 error')).toBe(`${percent(found.accuracy!.top1Error)} %`);
  expect(saidOf(page, 'Loss')).toBe(found.accuracy!.valLoss.toFixed(4));
  expect(saidOf(page, 'Checkpoint')).toBe(found.checkpoint);
  const { fixed, examples } = found.localization!;
  expect(tablesOf(page).find((table) => 'run' in table)!.run).toMatchObject({
    'Top-1 localization': percent(fixed.top1Localization),
  });
  const names = namesOf(page);
  for (const { index } of examples)
    expect(names.filter((name) => name.startsWith(`Test image ${index}:`))).toHaveLength(2);
  expect(names.filter((name) => name.includes('mixtures'))).toHaveLength(1);
});

it('has a section for a suite that Patchwork does not know', async () => {
  const page = await pageOf({ ...(await evaluateRun(run)), 'edge-cases': { share: 0.25 } }, []);
  expect(textsOf(page, 'h2')).toEqual([...ofAccuracy, 'edge-cases']);
  expect(tablesOf(page).at(-1)).toEqual({ share: { Value: '0.2500' } });
});

it('of the best checkpoint it says which images that was chosen on; of the last there was no choice', async () => {
  const path = join(temporaryFolder(), 'run');
  const { checkpoints } = RunFolder.create(path, {});
  checkpoints.write(10, () => {}, { best: true });
  checkpoints.write(20, () => {});
  const said = async (checkpoint: string) =>
    saidOf(await pageOf(evaluation({ run: path, checkpoint }), []), 'Checkpoint');
  expect(await said('step-00000020')).toBe('step-00000020');
  expect(await said('step-00000010')).toMatch(/^step-00000010, .*chosen on the test images$/);
  const test = { kind: 'test', step: 10, epoch: 1, top1Error: 0.5 };
  writeFileSync(join(path, 'metrics.jsonl'), `{"format":1}\n${JSON.stringify(test)}\n`);
  expect(await said('step-00000010')).toMatch(/^step-00000010, .*chosen on the validation images$/);
});

it('is written without pictures where the data is gone, and says why', async () => {
  const page = await pageOf({ ...(await evaluateRun(run)), data: '/nowhere', localization: localization() }, []);
  expect(textsOf(page, 'h2')).toEqual([...ofAccuracy, 'Localization']);
  expect(textsOf(page, 'li').join()).toContain("'/nowhere'");
});

it('begins with the verdict, and has the mistakes by class and by image', async () => {
  const found = await evaluateRun(run);
  const page = await pageOf(found, []);
  const { accuracy } = found;
  expect(textsOf(page, '.verdict')).toEqual([evaluationVerdict(found)]);
  const [byClass, pairs] = tablesOf(page);
  const { classErrors, confusions, confidentMistakes } = accuracy!;
  for (const [label, { samples, errors }] of classErrors.entries()) {
    const line = { Images: String(samples), Wrong: String(errors), 'Error (%)': percent(errors / samples) };
    expect(byClass![found.classes[label]!]).toMatchObject(line);
  }
  const { label, predicted, count } = confusions[0]!;
  const first = Object.entries(pairs!).find(([name]) => name === found.classes[label])!;
  expect(first[0]).toBe(found.classes[label]);
  expect(textsOf(page, 'tbody')[1]).toMatch(
    new RegExp(`^${found.classes[label]}\\s*${found.classes[predicted]}\\s*${count}`),
  );
  for (const { index } of confidentMistakes) {
    expect(namesOf(page).filter((name) => name.startsWith(`Test image ${index}, of `)).length).toBeGreaterThan(0);
  }
});

it('has no verdict without the error of all images', async () => {
  const page = await pageOf(evaluation({ run, localization: localization() }), []);
  expect(textsOf(page, '.verdict').join()).toContain('There is no verdict');
});
