/** The command line. Each command is a file; this one names them and turns errors into messages and exit codes. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from './package-version.ts';

// Commands are loaded when they are called, so that `--help` and `doctor` work where LibTorch does not load.
const program = new Command('patchwork')
  .description('Train image networks with CutMix, on LibTorch, and see what they know.')
  .version(packageVersion())
  .exitOverride()
  // What is wrong is said by report() below, as for every other error.
  .configureOutput({ outputError: () => {} })
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
  patchwork doctor                                        is everything here that is needed?`,
  );

async function addCommands(): Promise<void> {
  const { addTrainCommand } = await import('./train-command.ts');
  const { addResumeCommand } = await import('./resume-command.ts');
  const { addEvaluateCommand } = await import('./evaluate-command.ts');
  const { addExplainCommand } = await import('./explain-command.ts');
  const { addDoctorCommand } = await import('./doctor-command.ts');
  const { addDemoCommand } = await import('./demo-command.ts');
  const { addCompareCommand } = await import('./compare-command.ts');
  const { addRecipesCommand } = await import('./recipes-command.ts');
  const { addMixCommand } = await import('./mix-command.ts');
  const { addReproduceCommand } = await import('./reproduce-command.ts');
  const adders = [
    ...[addTrainCommand, addResumeCommand, addEvaluateCommand, addExplainCommand],
    ...[addCompareCommand, addRecipesCommand, addReproduceCommand],
    ...[addMixCommand, addDoctorCommand, addDemoCommand],
  ];
  for (const add of adders) add(program);
}

/** Commander's sentence without its prefix, and where the valid words are listed. */
function usageProblem({ message }: CommanderError): string {
  const command = program.commands.find((one) => one.name() === process.argv[2]);
  const help = ['patchwork', ...(command ? [command.name()] : []), '--help'].join(' ');
  return `${message.replace(/^error: /, '').replace(/\.$/, '')}\nSee: ${help}`;
}

/** Messages for people; the stack only on request, for reports. */
function report(error: unknown): void {
  const text =
    error instanceof CommanderError ? usageProblem(error) : error instanceof Error ? error.message : String(error);
  process.stderr.write(`patchwork: ${text}\n`);
  if (process.env.PATCHWORK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

// A reader that has seen enough, as in `patchwork doctor | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await addCommands();
  await program.parseAsync();
} catch (error) {
  // Help and version also come as errors: the text has been written, and only a missing command is a mistake.
  const asked = error instanceof CommanderError && /^commander\.(help|helpDisplayed|version)$/.test(error.code);
  if (!asked) report(error);
  process.exitCode = asked ? error.exitCode : 1;
}
