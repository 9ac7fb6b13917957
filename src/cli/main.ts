/** The command line. Each command is a file; this one names them and turns errors into messages and exit codes. */
import { Command, CommanderError } from 'commander';
import { compareCommand } from './compare-command.ts';
import { demoCommand } from './demo-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { explainCommand } from './explain-command.ts';
import { type CommandFile, refuseRepeats, repeatable } from './flags.ts';
import { helpWidth } from './help-texts.ts';
import { importModules } from './import-modules.ts';
import { mixCommand } from './mix-command.ts';
import { recipesCommand } from './recipes-command.ts';
import { reproduceCommand } from './reproduce-command.ts';
import { resumeCommand } from './resume-command.ts';
import { schemaCommand } from './schema-command.ts';
import { trainCommand } from './train-command.ts';

const commandFiles: readonly CommandFile[] = [
  ...[trainCommand, resumeCommand, evaluateCommand, explainCommand],
  ...[compareCommand, recipesCommand, reproduceCommand],
  ...[mixCommand, schemaCommand, doctorCommand, demoCommand],
];

/** What can be said before and behind any command. */
function globalFlags(): Command {
  return (
    new Command('patchwork')
      .exitOverride()
      // What is wrong is said by report() below, as for every other error.
      .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth })
      .configureHelp({ showGlobalOptions: true })
      .option('-V, --version', 'print the version')
      .option(
        '--import <module>',
        'a file or package that is imported first, to add methods, networks, data sets, suites ...; repeatable',
        repeatable,
      )
  );
}

/** The command line with the asked command set up: others need nothing but their names. */
async function programFor(asked: string | undefined): Promise<Command> {
  const program = globalFlags()
    .description('Train image networks with CutMix, on LibTorch, and see what they know.')
    .addHelpText(
      'after',
      `
Examples:
  patchwork demo                                          a baseline and a CutMix network on drawn pictures, compared
  patchwork train --data cifar-100-binary --mix cutmix    train ResNet-20 for 10 epochs, into runs/
  patchwork evaluate runs/NAME                            its errors on the test images
  patchwork explain runs/NAME cat.jpg                     where it looks in a picture
  patchwork resume runs/NAME                              go on where it stopped
  patchwork compare --data photos --methods baseline,cutmix    which method is better, and how surely
  patchwork mix cat.jpg dog.jpg                           what each mixing method makes of two pictures
  patchwork recipes                                       the paper's experiments; reproduce trains them
  patchwork doctor                                        is everything here that is needed?

Methods, networks, data sets, optimizers, schedules and suites of your own, in a file:
  // my-methods.mjs
  import { mixingMethods } from 'patchwork/mix';
  mixingMethods.add(...);
are in every command's flags, help and schema by importing it first:
  patchwork --import ./my-methods.mjs train --mix my-method`,
    );
  for (const file of commandFiles) {
    const command = program.command(file.name).description(file.description);
    if (file.name !== asked) continue;
    await file.setUp(command);
    refuseRepeats(command);
  }
  return program;
}

/** Commander's sentence without its prefix, and where the valid words are listed. */
function usageProblem({ message }: CommanderError, asked: string | undefined): string {
  const known = commandFiles.filter(({ name }) => name === asked).map(({ name }) => name);
  return `${message.replace(/^error: /, '').replace(/\.$/, '')}\nSee: ${['patchwork', ...known, '--help'].join(' ')}`;
}

/** Messages for people; the stack only on request, for reports. */
function report(error: unknown, asked: string | undefined): void {
  const text =
    error instanceof CommanderError
      ? usageProblem(error, asked)
      : error instanceof Error
        ? error.message
        : String(error);
  process.stderr.write(`patchwork: ${text}\n`);
  if (process.env.PATCHWORK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** @param onAsked is told the command that the words name, before anything can go wrong with it */
async function run(words: readonly string[], onAsked: (name: string | undefined) => void): Promise<void> {
  // Help, flags and errors need what modules add: these are imported before the words are read in earnest.
  const first = globalFlags();
  const { operands } = first.parseOptions([...words]);
  const asked = operands[0] === 'help' ? operands[1] : operands[0];
  onAsked(asked);
  const { version, import: modules = [] } = first.opts<{ version?: boolean; import?: string[] }>();
  if (version) {
    const { packageVersion } = await import('../config/index.ts');
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  await importModules(modules);
  await (await programFor(asked)).parseAsync([...words], { from: 'user' });
}

// A reader that has seen enough, as in `patchwork doctor | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

let asked: string | undefined;
try {
  await run(process.argv.slice(2), (name) => {
    asked = name;
  });
} catch (error) {
  // Help also comes as an error: the text has been written, and only a missing command is a mistake.
  const isHelp = error instanceof CommanderError && /^commander\.(help|helpDisplayed)$/.test(error.code);
  if (!isHelp) report(error, asked);
  process.exitCode = isHelp ? error.exitCode : 1;
}
