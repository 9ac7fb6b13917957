import type { Command } from 'commander';
import type { Evaluation } from '../evaluate/index.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { addExamples, paragraphsText } from './help-texts.ts';
import { addSuiteFlags, type SuiteFlags, suitesText, takeSuites } from './suite-flags.ts';
import { print, printProblem } from './terminal.ts';

interface EvaluateFlags extends SuiteFlags {
  checkpoint?: string;
  data?: string;
  threads?: number;
  onBadImage?: 'fail' | 'skip';
  allowSkipped?: boolean;
  json?: boolean;
}

/** What a network is opened and run with, as in training, where no flag says otherwise. */
export async function runSpecs() {
  const { threads, onBadImage, allowSkipped } = (await import('../config/config.ts')).trainOptions;
  const asTrained = { default: undefined, otherwise: 'as it was trained' };
  return { threads, onBadImage: { ...onBadImage, ...asTrained }, allowSkipped: { ...allowSkipped, ...asTrained } };
}

export const checkpointFlag = [
  '--checkpoint <name>',
  'last, best, or a name as in step-00001234 (default: last)',
] as const;

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork evaluate runs/NAME --suite all
  patchwork evaluate runs/NAME --suite localization:method=grad-cam --data CUB_200_2011
  patchwork evaluate runs/NAME --suite accuracy,robustness:epsilons=2/8,fill=black --limit 1000
  patchwork evaluate runs/NAME --suite ood --ood-sets uniform,gaussian,textures:fit=window`,
  );
  command
    .argument('<run>', 'the run folder')
    .option(...checkpointFlag)
    .option('--data <text>', 'other data with the same classes (default: what it was trained on)');
  await addSuiteFlags(command, 'accuracy');
  addSpecFlags(command, await runSpecs())
    .option('--json', 'print everything that was found as JSON: a key for each suite, errors and shares as fractions')
    .addHelpText('after', `\n${await suitesText()}\n`)
    .addHelpText(
      'after',
      paragraphsText(`What is found begins with a verdict: the error with its 95 % interval, against guessing and against always answering the
most frequent class. It is kept in the run folder and used again for the same network, data and options; the tables, with
curves, and the mistakes with their pictures are written into report/evaluation.html there.`),
    )
    .action(evaluate);
}

async function evaluate(run: string, { checkpoint, data, json, ...flags }: EvaluateFlags): Promise<void> {
  const { evaluateRun } = await import('../evaluate/index.ts');
  const { evaluationText } = await import('./result-tables.ts');
  const { evaluationVerdict } = await import('../report/index.ts');
  const { ProgressDisplay } = await import('./progress-display.ts');
  const { asked, others } = await takeSuites(flags);
  const { threads, onBadImage, allowSkipped } = specValues(await runSpecs(), { ...others });
  const display = new ProgressDisplay();
  const evaluation = await evaluateRun(run, {
    ...{ checkpoint, data, threads, onBadImage, allowSkipped },
    ...asked,
    onProgress: (what, done, of) => display.work(`evaluating ${what}`, done, of),
  }).finally(() => display.close());
  print(
    json
      ? `${JSON.stringify({ ...evaluation, verdict: evaluationVerdict(evaluation) })}\n`
      : `${evaluationText(evaluation)}\n`,
  );
  const page = await writtenPage(evaluation);
  if (!json && page !== undefined) print(`\n${page}\n`);
  await tellMissing(evaluation);
}

/** What is not among the numbers, and why; exit status 1 where that was a failure. */
async function tellMissing({ notes = [], warnedImages = [], failures = [] }: Evaluation): Promise<void> {
  const { imageWords } = await import('./training-words.ts');
  for (const line of imageWords(warnedImages, 'read with a warning')) printProblem(`${line}\n`);
  for (const note of notes) printProblem(`${note}\n`);
  for (const { suite, message } of failures) printProblem(`patchwork: ${suite} was not measured: ${message}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** The page's path; undefined where a run folder cannot be written, whose numbers can be had all the same. */
async function writtenPage(evaluation: Evaluation): Promise<string | undefined> {
  const { otherEvaluations } = await import('../evaluate/index.ts');
  const { writeEvaluation } = await import('../report/index.ts');
  try {
    return await writeEvaluation(evaluation, { others: otherEvaluations(evaluation) });
  } catch (error) {
    printProblem(`no page was written: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}
