import type { Command } from 'commander';
import type { BadImage } from '../data/index.ts';
import type { ClassifiedPicture, LoadedNetwork } from '../evaluate/index.ts';
import { integer, option, printable } from '../options/index.ts';
import { checkpointFlag, runSpecs } from './evaluate-command.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { addExamples } from './help-texts.ts';
import { picturesToRead } from './pictures-to-read.ts';
import type { PredictionFile } from './prediction-file.ts';
import { withStopSignals } from './stop-signals.ts';
import { print, printProblem } from './terminal.ts';

interface PredictFlags {
  checkpoint?: string;
  out?: string;
  json?: boolean;
  [option: string]: unknown;
}

async function predictSpecs() {
  const { workers, evalBatchSize } = (await import('../config/config.ts')).trainOptions;
  const { threads } = await runSpecs();
  const asTrained = { default: undefined, otherwise: 'as it was trained' };
  const top = option(integer({ min: 1 }), { default: 5, description: 'classes of each picture' });
  const batchSize = { ...evalBatchSize, description: 'pictures that it sees at once', otherwise: 'as in evaluation' };
  return { top, batchSize, workers: { ...workers, ...asTrained }, threads };
}

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork predict runs/NAME cat.jpg
  patchwork predict runs/NAME photos --out predictions.csv
  patchwork predict runs/NAME a.jpg b.png holiday --top 1 --out all.jsonl
  patchwork predict runs/NAME photos --json | jq .top[0].name`,
  );
  command
    .argument('<run>', 'the run folder, or weights with a config.json; training data is not needed')
    .argument('<pictures...>', 'files (JPEG, PNG, WebP or TIFF) and folders of them')
    .option('--out <file>', 'where it is written: .csv or .jsonl (default: printed)');
  addSpecFlags(command, await predictSpecs())
    .option(...checkpointFlag)
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      `
One line for each picture: its path, and the most probable classes. Of a folder
all pictures are taken, and those of the folders inside. A picture that cannot
be read is named with the reason, there and at the end; the exit status is 1
only where none could be read.

A CSV has the columns path, class, probability, class2, probability2, ..., and
error. While it is being written, the file is called NAME.incomplete.csv; what
was interrupted keeps that name. From a program: docs/using.md.`,
    )
    .action(predictPictures);
}

async function predictPictures(run: string, paths: string[], flags: PredictFlags): Promise<void> {
  const { top: topK, batchSize, workers, threads } = specValues(await predictSpecs(), flags);
  const { loadNetwork } = await import('../evaluate/index.ts');
  const { PredictionFile } = await import('./prediction-file.ts');
  const { checkpoint, out, json = false } = flags;
  await using network = await loadNetwork(run, { checkpoint, threads, workers });
  const { paths: pictures, lost } = await picturesToRead(paths);
  const file = out === undefined ? undefined : new PredictionFile(out, Math.min(topK, network.classes.length));
  const told = { json, isShown: json || file === undefined };
  const said = await predictAll(network, pictures, { topK, batchSize }, file, told);
  if (lost !== undefined) printProblem(`${lost}\n`);
  await tellEnd(said, pictures.length, file);
}

/** How far it came. */
interface Said {
  done: number;
  bad: BadImage[];
}

async function predictAll(
  network: LoadedNetwork,
  pictures: readonly string[],
  options: { topK: number; batchSize: number | undefined },
  file: PredictionFile | undefined,
  { json, isShown }: { json: boolean; isShown: boolean },
): Promise<Said> {
  const { ProgressDisplay } = await import('./progress-display.ts');
  const display = new ProgressDisplay();
  const said: Said = { done: 0, bad: [] };
  let isWhole = false;
  try {
    await withStopSignals(
      (text) => display.note(text),
      async ({ signal, saves }) => {
        saves(file !== undefined);
        for await (const result of network.classify(pictures, options)) {
          if (signal.aborted) break;
          const { path = '', error: reason } = result;
          if (reason !== undefined) said.bad.push({ index: said.done, path, reason });
          file?.add(result);
          if (isShown) {
            display.close();
            print(json ? `${JSON.stringify(result)}\n` : `${line(result)}\n`);
          }
          display.work('predicting', ++said.done, pictures.length);
        }
      },
    );
    isWhole = said.done === pictures.length;
  } finally {
    display.close();
    if (isWhole) file?.finish();
    else file?.abandon();
  }
  return said;
}

function line({ path = '', top, error }: ClassifiedPicture): string {
  const said = top?.map(({ name, probability }) => `${printable(name)} ${(100 * probability).toFixed(1)} %`);
  return `${printable(path)}: ${said?.join(', ') ?? `not read: ${printable(error!)}`}`;
}

/** Where it all is, and which pictures are missing. */
async function tellEnd({ done, bad }: Said, all: number, file: PredictionFile | undefined): Promise<void> {
  const { imageWords } = await import('./training-words.ts');
  for (const words of imageWords(bad, 'not read')) printProblem(`${words}\n`);
  if (done < all && file !== undefined) {
    printProblem(`stopped after ${done} of ${all} pictures; what there is, is in ${file.incompletePath}\n`);
  } else if (file !== undefined) printProblem(`${all - bad.length} of ${all} pictures predicted: ${file.path}\n`);
  if (bad.length === all) process.exitCode = 1;
}
