import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ClassProbability, Explanation, MapMethod } from '../evaluate/index.ts';
import { systemReason } from '../files/index.ts';
import type { Box } from '../geometry/index.ts';
import { type OptionSpecs, printable } from '../options/index.ts';
import { checkpointFlag, runSpecs } from './evaluate-command.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { picturesToRead } from './pictures-to-read.ts';
import { print, printProblem } from './terminal.ts';

interface ExplainFlags {
  checkpoint?: string;
  class?: string;
  out?: string;
  json?: boolean;
  [option: string]: unknown;
}

/** As the localization suite has them. */
async function mapSpecs() {
  const { suites } = await import('../evaluate/suites.ts');
  const { method, threshold } = suites.get('localization').options;
  return { method: method!, threshold: threshold! } satisfies OptionSpecs;
}

export async function setUp(command: Command): Promise<void> {
  command
    .addHelpText(
      'before',
      `Examples:
  patchwork explain runs/NAME cat.jpg
  patchwork explain runs/NAME photos --out heat-maps
  patchwork explain runs/NAME mixed.png --class cat,dog --method grad-cam
  patchwork explain runs/NAME cat.jpg --json
`,
    )
    .argument('<run>', 'the run folder; the data that it was trained on is not needed')
    .argument('<pictures...>', 'files (JPEG, PNG, WebP or TIFF) and folders of them')
    .option('--class <list>', 'the classes to look for, joined by commas (default: the predicted one)');
  const { threads } = await runSpecs();
  addSpecFlags(command, { ...(await mapSpecs()), threads })
    .option('--out <folder>', "where the pictures go (default: the run folder's report/explain)")
    .option(...checkpointFlag)
    .option('--json', 'print classes, probabilities and boxes as JSON')
    .addHelpText(
      'after',
      `
For each picture one PNG: the picture as the network saw it, under each class's
map (bright is where the network sees the class) with the box around it, and the
five most probable classes. Boxes that are printed are in pixels of your
picture: left, top, right, bottom. Pictures that cannot be read are named and
left out; the exit status is then 1. What the maps are: docs/localization.md.`,
    )
    .action(explainPictures);
}

async function explainPictures(run: string, given: string[], flags: ExplainFlags): Promise<void> {
  const { loadNetwork } = await import('../evaluate/index.ts');
  const { drawExplanation } = await import('../report/index.ts');
  const { checkpoint, json } = flags;
  const { threads: threadsSpec } = await runSpecs();
  const { threads, ...maps } = specValues({ ...(await mapSpecs()), threads: threadsSpec }, flags);
  const { method, threshold } = maps as { method: MapMethod; threshold: number };
  const classes = flags.class?.split(',').map((name) => name.trim());
  const folder = flags.out ?? join(run, 'report', 'explain');
  await using network = await loadNetwork(run, { checkpoint, threads });
  const { paths, lost } = await picturesToRead(given);
  const outs = outPaths(paths, folder);
  const told: unknown[] = [];
  for (const [i, path] of paths.entries()) {
    const explanation = await network
      .explain(path, { classes, method, threshold })
      .catch((error: Error) => tellBad(path, error));
    if (explanation === undefined) continue;
    write(outs[i]!, await drawExplanation(explanation));
    if (json) told.push(plain(explanation, outs[i]!));
    else print(`${line(explanation)}; ${printable(outs[i]!)}\n`);
  }
  if (lost !== undefined) printProblem(`${lost}\n`);
  if (json) print(`${JSON.stringify(told)}\n`);
}

/** One bad picture must not cost the others theirs. @throws what is not about the picture: errors about one begin with its path */
function tellBad(path: string, error: Error): undefined {
  if (!error.message.startsWith(`${path}: `)) throw error;
  printProblem(`patchwork: ${error.message}\n`);
  process.exitCode = 1;
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
function plain({ path, top, regions }: Explanation, out: string): unknown {
  return { picture: path, out, top, maps: regions.map(({ map: _, ...region }) => region) };
}

/** What is predicted, and where each class is that was looked for. */
function line({ path, top, regions }: Explanation): string {
  const said = ({ name, probability }: ClassProbability) => `${printable(name)} ${(100 * probability).toFixed(1)} %`;
  const found = regions.map((region) => `${said(region)}, box ${wholePixels(region.pictureBox)}`);
  const predicted = regions.length === 1 && regions[0]!.name === top[0]!.name ? [] : [said(top[0]!)];
  return `${printable(path)}: ${[...predicted, ...found].join('; ')}`;
}

function wholePixels(box: Box): string {
  return box.map(Math.round).join(' ');
}
