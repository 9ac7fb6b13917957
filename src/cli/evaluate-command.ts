import type { Command } from 'commander';
import type { Evaluation } from '../evaluate/index.ts';
import { numberArgument } from './arguments.ts';
import { addSuiteFlags, type SuiteFlags, takeSuites } from './suite-flags.ts';

interface EvaluateFlags extends SuiteFlags {
  checkpoint: string;
  data?: string;
  threads?: number;
  onBadImage?: 'fail' | 'skip';
  json?: boolean;
}

export function addEvaluateCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .description(
      "Measure a run's network: its errors on the test images, where it looks, what breaks it, what it does not know.",
    )
    .argument('<run>', 'the run folder')
    .option('--checkpoint <name>', 'last, best, or a name as in step-00001234', 'last')
    .option('--data <path>', 'other data with the same classes (default: what it was trained on)');
  addSuiteFlags(command, 'accuracy')
    .option('--threads <n>', "the engine's threads (default: the physical cores)", numberArgument)
    .option('--json', 'print everything that was found as JSON: a key for each suite, errors and shares as fractions')
    .addHelpText(
      'after',
      `
Suites:
  accuracy       top-1 and top-5 error, loss, calibration
  localization   boxes from class activation maps against the true boxes, by the CutMix paper's protocol and by that of
                 Choe et al. 2020, under which the paper's gain vanished in their measurements
  robustness     FGSM and PGD, occlusion, samples in between two images
  ood            telling known images from unknown ones by the network's confidence

What is found is kept in the run folder and used again for the same network, data and options; the tables, with curves and
pictures, are written into report/evaluation.html there.

Examples:
  patchwork evaluate runs/NAME --suite all
  patchwork evaluate runs/NAME --suite localization --data CUB_200_2011 --cam grad-cam
  patchwork evaluate runs/NAME --suite robustness --epsilon 2/255,8/255 --limit 1000
  patchwork evaluate runs/NAME --suite ood --unknown uniform,gaussian,textures:fit=window`,
    )
    .action(async (run: string, { checkpoint, data, threads, onBadImage, json, ...flags }: EvaluateFlags) => {
      const { evaluateRun } = await import('../evaluate/index.ts');
      const { evaluationText } = await import('./evaluation-table.ts');
      const { suiteProgress } = await import('./suite-progress.ts');
      const { suites } = await takeSuites(flags);
      const evaluation = await evaluateRun(run, {
        ...{ checkpoint, data, threads, onBadImage },
        ...suites,
        onProgress: suiteProgress.show,
      }).finally(suiteProgress.close);
      process.stdout.write(json ? `${JSON.stringify(evaluation)}\n` : `${evaluationText(evaluation)}\n`);
      const page = await writtenPage(evaluation);
      if (!json && page !== undefined) process.stdout.write(`\n${page}\n`);
      tellMissing(evaluation);
    });
}

/** What is not among the numbers, and why; exit status 1 where that was a failure. */
function tellMissing({ notes = [], failures = [] }: Evaluation): void {
  for (const note of notes) process.stderr.write(`${note}\n`);
  for (const { suite, message } of failures) process.stderr.write(`patchwork: ${suite} was not measured: ${message}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** The page's path; undefined where a run folder cannot be written, whose numbers can be had all the same. */
async function writtenPage(evaluation: Evaluation): Promise<string | undefined> {
  const { writeEvaluation } = await import('../report/index.ts');
  try {
    return await writeEvaluation(evaluation);
  } catch (error) {
    process.stderr.write(`no page was written: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}
