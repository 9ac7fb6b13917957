import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ClassProbability, Explanation, MapMethod } from '../evaluate/index.ts';
import { GrowingFile, systemReason } from '../files/index.ts';
import type { Box } from '../geometry/index.ts';
import { integer, type OptionSpecs, option, printable } from '../options/index.ts';
import type { ExplanationPageHead } from '../report/index.ts';
import { checkpointFlag, runSpecs } from './evaluate-command.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { addExamples } from './help-texts.ts';
import { picturesToRead } from './pictures-to-read.ts';
import { print, printProblem } from './terminal.ts';

interface ExplainFlags {
  checkpoint?: string;
  class?: string;
  out?: string;
  json?: boolean;
  [option: string]: unknown;
}

/** A page of more is slow to open. */
const mostOnPage = 500;

const limitSpec = option(integer({ min: 1 }), {
  description: 'the first so many pictures',
  otherwise: `${mostOnPage} on a page, else all`,
});

/** As the localization suite has them. */
async function mapSpecs() {
  const { suites } = await import('../evaluate/suites.ts');
  const { method, threshold } = suites.get('localization').options;
  return { method: method!, threshold: threshold! } satisfies OptionSpecs;
}

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork explain runs/NAME cat.jpg
  patchwork explain runs/NAME photos --out page.html
  patchwork explain runs/NAME photos --out heat-maps
  patchwork explain runs/NAME mixed.png --class cat,dog --method grad-cam
  patchwork explain runs/NAME cat.jpg --json`,
  );
  command
    .argument('<run>', 'the run folder, or weights with a config.json; training data is not needed')
    .argument('<pictures...>', 'files (JPEG, PNG, WebP or TIFF) and folders of them')
    .option('--class <list>', 'the classes to look for, joined by commas (default: the predicted one)');
  const { threads } = await runSpecs();
  addSpecFlags(command, { ...(await mapSpecs()), limit: limitSpec, threads })
    .option('--out <place>', "a folder, or one page (.html) (default: the run folder's report/explain)")
    .option(...checkpointFlag)
    .option('--json', 'print classes, probabilities and boxes as JSON')
    .addHelpText(
      'after',
      `
For each picture one PNG: the picture as the network saw it, under each class's
map (bright is where the network sees the class) with the box around it, and the
five most probable classes. Boxes that are printed are in pixels of your
picture: left, top, right, bottom. With --out page.html all are on one page that
needs nothing else. "Hardly above chance" is a class whose odds are less than
twice those of a guess, 1 to (classes - 1). Pictures that cannot be read are
named and left out; the exit status is then 1. What the maps are:
docs/localization.md.`,
    )
    .action(explainPictures);
}

async function explainPictures(run: string, given: string[], flags: ExplainFlags): Promise<void> {
  const { loadNetwork } = await import('../evaluate/index.ts');
  const { checkpoint, json } = flags;
  const { threads: threadsSpec } = await runSpecs();
  const specs = { ...(await mapSpecs()), limit: limitSpec, threads: threadsSpec };
  const { threads, limit, ...maps } = specValues(specs, flags);
  const { method, threshold } = maps as { method: MapMethod; threshold: number };
  const classes = flags.class?.split(',').map((name) => name.trim());
  const isPage = /\.html?$/i.test(flags.out ?? '');
  await using network = await loadNetwork(run, { checkpoint, threads });
  const { paths: found, lost } = await picturesToRead(given);
  const paths = found.slice(0, limit ?? (isPage ? mostOnPage : undefined));
  const head = { network: run, classes: network.classes, shown: paths.length, given: found.length };
  const output = isPage ? await pageOf(flags.out!, head) : await picturesIn(flags.out ?? (await folderOf(run)), paths);
  const { ProgressDisplay } = await import('./progress-display.ts');
  const display = isPage ? new ProgressDisplay() : undefined;
  const told: unknown[] = [];
  const unread: string[] = [];
  for (const [i, path] of paths.entries()) {
    const explanation = await network.explain(path, { classes, method, threshold }).catch((error: Error) => {
      display?.close();
      unread.push(tellBad(path, error));
    });
    if (explanation !== undefined) {
      const out = await output.add(explanation, i);
      if (json) told.push(plain(explanation, out));
      else if (!isPage) print(`${line(explanation)}; ${printable(out)}\n`);
    }
    display?.work('explaining', i + 1, paths.length);
  }
  display?.close();
  output.finish(unread);
  if (lost !== undefined) printProblem(`${lost}\n`);
  if (found.length > paths.length) {
    printProblem(
      `${found.length - paths.length} of ${found.length} pictures left out: --limit ${found.length} takes all\n`,
    );
  }
  if (json) print(`${JSON.stringify(told)}\n`);
  else if (isPage)
    print(`${paths.length - unread.length} of ${found.length} pictures explained: ${printable(flags.out!)}\n`);
}

/** Where explanations go. */
interface ExplanationOutput {
  /** @returns where this one is */
  add(explanation: Explanation, index: number): Promise<string>;
  finish(unread: readonly string[]): void;
}

async function picturesIn(folder: string, paths: readonly string[]): Promise<ExplanationOutput> {
  const { drawExplanation } = await import('../report/index.ts');
  const outs = outPaths(paths, folder);
  return {
    async add(explanation, index) {
      write(outs[index]!, await drawExplanation(explanation));
      return outs[index]!;
    },
    finish: () => {},
  };
}

async function pageOf(path: string, head: ExplanationPageHead): Promise<ExplanationOutput> {
  const { explanationFigure, explanationPageEnd, explanationPageStart } = await import('../report/index.ts');
  const file = new GrowingFile(path, explanationPageStart(head));
  return {
    async add(explanation) {
      file.write(await explanationFigure(explanation));
      return path;
    },
    finish(unread) {
      file.write(explanationPageEnd(unread));
      file.finish();
    },
  };
}

/** @throws where the network is of weights alone, which have no folder for reports */
async function folderOf(run: string): Promise<string> {
  const { isOfWeights } = await import('../config/index.ts');
  if (existsSync(join(run, 'config.json')) && !isOfWeights(run)) return join(run, 'report', 'explain');
  throw new Error(
    `--out: expected a folder or a page (.html), got none; ${run} is no run, in whose folder they would go`,
  );
}

/** One bad picture must not cost the others theirs. @throws what is not about the picture: errors about one begin with its path */
function tellBad(path: string, error: Error): string {
  if (!error.message.startsWith(`${path}: `)) throw error;
  printProblem(`patchwork: ${error.message}\n`);
  process.exitCode = 1;
  return error.message;
}

/** One name each, also where two pictures of different folders have the same. @throws where one is a picture to explain */
function outPaths(paths: readonly string[], folder: string): string[] {
  const taken = new Set<string>();
  const explained = new Set(paths.map((path) => resolve(path)));
  return paths.map((path) => {
    const stem = join(folder, basename(path, extname(path)));
    let out = `${stem}.png`;
    for (let number = 2; taken.has(out); number++) out = `${stem}-${number}.png`;
    taken.add(out);
    if (explained.has(resolve(out))) {
      throw new Error(`explain: expected --out to be a folder without the pictures to explain, got ${folder}`);
    }
    return out;
  });
}

function write(out: string, png: Uint8Array): void {
  try {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, png);
  } catch (error) {
    throw new Error(`${out}: expected a place to write to, got ${systemReason(error)}; choose another --out`);
  }
}

/** What a script wants to know: without pixels and maps. */
function plain({ path, top, regions, isHardlyAboveChance }: Explanation, out: string): unknown {
  return { picture: path, out, top, isHardlyAboveChance, maps: regions.map(({ map: _, ...region }) => region) };
}

/** What is predicted, and where each class is that was looked for. */
function line({ path, top, regions, isHardlyAboveChance }: Explanation): string {
  const said = ({ name, probability }: ClassProbability) => `${printable(name)} ${(100 * probability).toFixed(1)} %`;
  const found = regions.map((region) => `${said(region)}, box ${wholePixels(region.pictureBox)}`);
  const predicted = regions.length === 1 && regions[0]!.name === top[0]!.name ? [] : [said(top[0]!)];
  const guess = isHardlyAboveChance ? ['hardly above chance'] : [];
  return `${printable(path)}: ${[...predicted, ...found, ...guess].join('; ')}`;
}

function wholePixels(box: Box): string {
  return box.map(Math.round).join(' ');
}
