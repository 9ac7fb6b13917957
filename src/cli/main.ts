/** The command line. Each command is a file; this one names them and turns errors into messages and exit codes. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from './package-version.ts';

// Commands are loaded when they are called, so that `--help` and `doctor` work where LibTorch does not load.
const program = new Command('patchwork')
  .description('Train image networks with CutMix, on LibTorch, and see what they know.')
  .version(packageVersion())
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  patchwork demo                                          a baseline and a CutMix network on drawn pictures, compared
  patchwork train --data cifar-100-binary --mix cutmix    train ResNet-20 for 10 epochs, into runs/
  patchwork evaluate runs/NAME                            its errors on the test images
  patchwork resume runs/NAME                              go on where it stopped
  patchwork doctor                                        is everything here that is needed?`,
  );

async function addCommands(): Promise<void> {
  const { addTrainCommand } = await import('./train-command.ts');
  const { addResumeCommand } = await import('./resume-command.ts');
  const { addEvaluateCommand } = await import('./evaluate-command.ts');
  const { addDoctorCommand } = await import('./doctor-command.ts');
  const { addDemoCommand } = await import('./demo-command.ts');
  for (const add of [addTrainCommand, addResumeCommand, addEvaluateCommand, addDoctorCommand, addDemoCommand])
    add(program);
}

/** Messages for people; the stack only on request, for reports. */
function report(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`patchwork: ${text}\n`);
  if (process.env.PATCHWORK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

try {
  await addCommands();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    report(error);
    process.exitCode = 1;
  }
}
