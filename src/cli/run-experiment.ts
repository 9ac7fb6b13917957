/** What `compare` and `reproduce` share: training with a display, and files of what was found. */

import { join } from 'node:path';
import {
  collectResults,
  type ExperimentEvent,
  type ExperimentOutcome,
  type ExperimentResult,
  type ExperimentRow,
  type ExperimentRun,
  runExperiment,
} from '../experiments/index.ts';
import { writeFileAtomically } from '../files/index.ts';
import { experimentVerdict, failureTexts, resultsCsv, suiteNotes, writeReport } from '../report/index.ts';
import { ProgressDisplay } from './progress-display.ts';
import { withStopSignals } from './stop-signals.ts';
import type { SuitesAsked } from './suite-flags.ts';
import { print } from './terminal.ts';
import { formatDuration } from './training-words.ts';

export interface ExperimentRequest
  extends Pick<ExperimentResult, 'title' | 'data' | 'differences' | 'notes' | 'remarks'> {
  folder: string;
  rows: readonly ExperimentRow[];
  seeds: number;
  /** What else is measured of every finished run; nothing where it names no suite. */
  asked: SuitesAsked;
}

/**
 * Trains all rows, showing progress on standard error, and writes `results.json`, `results.csv` and `report.html` into
 * the folder. Undefined where Ctrl-C came first; says then how to go on. Failed trainings set the exit status to 1.
 */
export async function runAndReport(request: ExperimentRequest): Promise<ExperimentResult | undefined> {
  const { folder, rows, seeds } = request;
  const display = new ProgressDisplay();
  const left = timeLeft();
  try {
    const outcome = await withStopSignals(
      (text) => display.note(text),
      ({ signal, saves }) =>
        runExperiment({
          ...{ folder, rows, seeds, signal },
          onRun: (event) => {
            saves(false);
            display.note(runLine(event, left(event)));
          },
          listener: (event) => {
            if (event.type === 'start') saves(true);
            display.training(event);
          },
        }),
    );
    display.close();
    if (outcome.outcome === 'stopped') {
      print(`stopped and saved in ${folder}; the same command goes on from there\n`);
      return undefined;
    }
    const result = await measured(outcome, request, display);
    await writeResults(folder, result);
    if (result.failures.length + result.unmeasured.length > 0) process.exitCode = 1;
    return result;
  } finally {
    display.close();
  }
}

/** Measures all finished runs, saying which; Ctrl-C ends it at once, since what is found is kept suite by suite. */
async function measured(
  outcome: ExperimentOutcome,
  { rows, asked, ...request }: ExperimentRequest,
  display: ProgressDisplay,
): Promise<ExperimentResult> {
  const { title, data, differences, notes = [], remarks = [] } = request;
  const { threads, onBadImage } = rows[0]!.config;
  const onProgress = (what: string, done: number, of: number) => display.work(`evaluating ${what}`, done, of);
  const evaluate = asked.suites && { ...asked, threads, onProgress };
  if (!evaluate) display.note('measuring calibration');
  const onRun = ({ row, seed }: ExperimentRun, number: number, of: number) => {
    if (evaluate) display.note(`measuring ${number} of ${of}: ${row}, seed ${seed}`);
  };
  const about = { title, data, differences, notes, remarks, command: typedCommand() };
  return collectResults(outcome, rows, about, { evaluate, onBadImage, onRun });
}

/** How long all trainings still take, in words, when they take as long as those of this process so far. */
function timeLeft(): (event: ExperimentEvent) => string {
  const start = performance.now();
  let trained = 0;
  return (event) => {
    if (event.type === 'failed' || event.status === 'finished') return '';
    const each = (performance.now() - start) / 1000 / trained;
    return trained++ === 0 ? '' : `; about ${formatDuration(each * event.left)} left for all`;
  };
}

function runLine(event: ExperimentEvent, left: string): string {
  const name = `${event.run.row}, seed ${event.run.seed}`;
  if (event.type === 'failed') return `failed: ${name}: ${event.message}\nthe others go on`;
  const doing = { new: '', unfinished: ', goes on', finished: ', has finished already' }[event.status];
  return `training ${event.number} of ${event.of}: ${name}${doing}${left}`;
}

/** As it can be typed again. */
function typedCommand(): string {
  const words = process.argv
    .slice(2)
    .map((word) => (/^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['npx patchwork', ...words].join(' ');
}

async function writeResults(folder: string, result: ExperimentResult): Promise<void> {
  const write = (name: string, text: string) => writeFileAtomically(join(folder, name), [Buffer.from(text)]);
  write('results.json', `${JSON.stringify({ verdict: experimentVerdict(result), ...result }, null, 2)}\n`);
  write('results.csv', resultsCsv(result));
  if (result.rows.length > 0) await writeReport(result, { folder });
}

/** The lines after a table: what was left out, what failed, and where everything is. */
export function closingLines(result: ExperimentResult, folder: string): string {
  const [failed, unmeasured] = [failureLines(result.failures), failureLines(result.unmeasured)];
  return (
    suiteNotes(result.rows)
      .map((note) => `${note}\n`)
      .join('') +
    (failed === '' ? '' : `\nFailed, and not in the table; the same command tries again:\n${failed}`) +
    (unmeasured === ''
      ? ''
      : `\nTrained, but not measured by the suites; the same command tries again:\n${unmeasured}`) +
    (result.rows.length === 0
      ? `\nNothing to report; what failed is in ${join(folder, 'results.json')}\n`
      : `\n${join(folder, 'report.html')}   (and results.csv, results.json; the runs are in ${join(folder, 'runs')})\n`)
  );
}

function failureLines(failures: ExperimentResult['failures']): string {
  return failureTexts(failures)
    .map((text) => `  ${text}\n`)
    .join('');
}
