import type { Command } from 'commander';

export function addResumeCommand(program: Command): void {
  program
    .command('resume')
    .description('Go on with a training that was stopped or killed, to the same bytes as if it had not been.')
    .argument('<run>', 'the run folder')
    .option('--checkpoint <name>', 'best, last, or a name as in step-00001234; later ones are removed (default: last)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (run: string, { checkpoint, json }: { checkpoint?: string; json?: boolean }) => {
      const { resume } = await import('../train/index.ts');
      const { runTraining } = await import('./run-training.ts');
      await runTraining({ json }, (listener, signal) =>
        resume(run, { listener, signal, ...(checkpoint === undefined ? {} : { checkpoint }) }),
      );
    });
}
