/** The command line. Each command is a file; this one names them and turns errors into messages and exit codes. */
import { Command, CommanderError } from 'commander';
import { refuseRepeats, repeatable } from './flags.ts';
import { addExamples, helpWidth, paragraphsText } from './help-texts.ts';
import { importModules } from './import-modules.ts';
import { surviveLostOutput } from './lost-output.ts';
import { calledHere } from './other-words.ts';
import { print, printProblem, problemText } from './terminal.ts';
import { tellDownloads, tellOpenedData } from './told-data.ts';

interface CommandEntry {
  /** One sentence. */
  description: string;
  /** Its file adds arguments, flags, the texts below them, and what the command does. */
  load(): Promise<{ setUp(command: Command): void | Promise<void> }>;
}

// Loaded when they are asked for: `--help` answers at once, and `doctor` works where LibTorch does not load.
const commands: Readonly<Record<string, CommandEntry>> = {
  setup: {
    description:
      'Find or install LibTorch and build what Patchwork loads: once after each installation, about a minute.',
    load: () => import('./setup-command.ts'),
  },
  train: {
    description: 'Train a network on labeled images.',
    load: () => import('./train-command.ts'),
  },
  resume: {
    description: 'Go on with a training that was stopped or killed, to the same bytes as if it had not been.',
    load: () => import('./resume-command.ts'),
  },
  evaluate: {
    description:
      "Measure a run's network: its errors on the test images, where it looks, what breaks it, what it does not know.",
    load: () => import('./evaluate-command.ts'),
  },
  predict: {
    description: "Classify your pictures by a run's network: files and folders, to the terminal, CSV or JSON lines.",
    load: () => import('./predict-command.ts'),
  },
  explain: {
    description: 'Draw where a network looks in your pictures: its classes, a heat map and a box for each picture.',
    load: () => import('./explain-command.ts'),
  },
  compare: {
    description: 'Train several methods on the same data, fairly, and report which is better and how surely.',
    load: () => import('./compare-command.ts'),
  },
  recipes: {
    description: "List the rows of the paper's tables, their published numbers, and what has been reproduced.",
    load: () => import('./recipes-command.ts'),
  },
  reproduce: {
    description: "Train rows of the paper's tables and print them beside the published numbers.",
    load: () => import('./reproduce-command.ts'),
  },
  mix: {
    description: 'Draw what mixing methods make of your pictures, side by side.',
    load: () => import('./mix-command.ts'),
  },
  schema: {
    description: "Print the JSON schema of train's --config files, with which an editor completes and checks them.",
    load: () => import('./schema-command.ts'),
  },
  doctor: {
    description: 'Say what is here, what is missing and what to type; trains for a second in a child process.',
    load: () => import('./doctor-command.ts'),
  },
  demo: {
    description:
      'Show what CutMix is for: train two networks on drawn birds, compare them, draw where each looks. A few minutes; stopped, the same command goes on.',
    load: () => import('./demo-command.ts'),
  },
};

/** The command that the words name. */
let asked: string | undefined;

/** What can be said before and behind any command. */
function globalFlags(): Command {
  return (
    new Command('patchwork')
      .exitOverride()
      // What is wrong is said by report() below, as for every other error.
      .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth })
      // Beside wide flags there is little room in 80 columns.
      .configureHelp({ showGlobalOptions: true, minWidthToWrap: 30 })
      .option('-V, --version', 'print the version')
      .option(
        '--import <module>',
        'a file or package that is imported first, to add methods, networks, data sets, suites ...; repeatable',
        repeatable,
      )
  );
}

/** The command line with the asked command set up: others need nothing but their names. */
async function fullProgram(): Promise<Command> {
  const program = globalFlags().description('Train image networks with CutMix, on LibTorch, and see what they know.');
  addExamples(
    program,
    `  patchwork setup   find or install LibTorch, build the addon: once
  patchwork demo   what CutMix is for, on drawn birds: some minutes
  patchwork train --data photos --weights hf:timm/resnet18.a1_in1k --mix cutmix   learn your photographs, into runs/
  patchwork evaluate runs/NAME   its errors on the test images
  patchwork predict runs/NAME photos --out said.csv   what is in your pictures
  patchwork explain runs/NAME cat.jpg   where it looks in a picture
  patchwork compare --data photos --methods baseline,cutmix   which method is better, and how surely`,
  );
  const own = paragraphsText(
    "Methods, networks, data sets, optimizers, schedules and suites of your own, in a file, are in every command's flags, help and " +
      'schema by importing it first:',
  );
  program.addHelpText(
    'after',
    `
${own}
  // my-methods.mjs
  import { mixingMethods } from 'patchwork/mix';
  mixingMethods.add(...);

  patchwork --import ./my-methods.mjs train --mix my-method`,
  );
  for (const [name, { description, load }] of Object.entries(commands)) {
    const command = program.command(name).description(description);
    if (name !== asked) continue;
    await (await load()).setUp(command);
    refuseRepeats(command);
  }
  return program;
}

/** Commander's sentence without its prefix, and where the valid words are listed. */
function usageProblem({ message }: CommanderError): string {
  const known = asked !== undefined && Object.hasOwn(commands, asked) ? [asked] : [];
  const flag = /unknown option '([^']+)'/.exec(message)?.[1];
  const meant = flag === undefined ? undefined : calledHere(flag);
  const words = meant === undefined ? '' : `; here: ${meant}`;
  return `${message.replace(/^error: /, '').replace(/\.$/, '')}${words}\nSee: ${['patchwork', ...known, '--help'].join(' ')}`;
}

/** Messages for people; the stack only on request, for reports. */
function report(error: unknown): void {
  const text = error instanceof CommanderError ? usageProblem(error) : problemText(error);
  printProblem(`patchwork: ${text}\n`);
  if (process.env.PATCHWORK_DEBUG && error instanceof Error) printProblem(`${error.stack}\n`);
}

async function run(words: readonly string[]): Promise<void> {
  // Help, flags and errors need what modules add: these are imported before the words are read in earnest.
  const first = globalFlags();
  const { operands } = first.parseOptions([...words]);
  asked = operands[0] === 'help' ? operands[1] : operands[0];
  const { version, import: modules = [] } = first.opts<{ version?: boolean; import?: string[] }>();
  if (version) {
    const { packageVersion } = await import('../config/index.ts');
    print(`${packageVersion()}\n`);
    return;
  }
  await importModules(modules);
  await (await fullProgram()).parseAsync([...words], { from: 'user' });
}

surviveLostOutput();

tellOpenedData();
tellDownloads();

try {
  await run(process.argv.slice(2));
} catch (error) {
  // Help also comes as an error: the text has been written, and only a missing command is a mistake.
  const isHelp = error instanceof CommanderError && /^commander\.(help|helpDisplayed)$/.test(error.code);
  if (!isHelp) report(error);
  process.exitCode = isHelp ? error.exitCode : 1;
}
